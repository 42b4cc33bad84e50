/** The page of the limit in the idle case. */
export {};
