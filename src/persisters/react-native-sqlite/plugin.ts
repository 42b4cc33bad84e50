/** What is used of react-native-sqlite-storage. */

/** What a statement has returned, as far as it is used. */
export interface ReactNativeSqliteResult {
  readonly rows: {raw(): unknown[]};
}

/** A transaction of react-native-sqlite-storage, as far as it is used. */
export interface ReactNativeSqliteTransaction {
  executeSql(
    sql: string,
    params: (string | number | null)[],
    onSuccess: (transaction: unknown, result: ReactNativeSqliteResult) => void,
    onError: (error: unknown) => void,
  ): unknown;
}

/** A database of react-native-sqlite-storage, as far as it is used. */
export interface ReactNativeSqliteDatabase {
  executeSql(
    sql: string,
    params: (string | number | null)[],
    onSuccess: (result: ReactNativeSqliteResult) => void,
    onError: (error: unknown) => void,
  ): unknown;
  transaction(
    work: (transaction: ReactNativeSqliteTransaction) => void,
    onError: (error: unknown) => void,
    onSuccess: () => void,
  ): unknown;
}

/** The plugin rejects with objects that are no errors. */
export const toError = (reason: unknown): Error => {
  if (reason instanceof Error) return reason;
  const {message} = (reason ?? {}) as {message?: unknown};
  return new Error(String(message ?? reason), {cause: reason});
};
