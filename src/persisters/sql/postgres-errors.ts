/** What errors of PostgreSQL mean, by their SQLSTATE; clients add codes of their own for lost connections. */
import type {PersisterErrorCode} from '../../errors.ts';

interface Meaning {
  readonly code: PersisterErrorCode;
  readonly retriable: boolean;
  readonly isSchemaError?: boolean;
  readonly isLocked?: boolean;
  readonly isRefusal?: boolean;
}

const REFUSAL: Meaning = {code: 'DENIED', retriable: false, isRefusal: true};
const STALE: Meaning = {code: 'UNAVAILABLE', retriable: true, isSchemaError: true};

/** See https://www.postgresql.org/docs/current/errcodes-appendix.html */
const MEANINGS: readonly [RegExp, Meaning][] = [
  // Undefined or duplicate tables, columns and functions; a type, a unique index or a plan that is no more.
  [/^(42P01|42703|42P07|42701|42723|42710|42883|42P10|42804|0A000)$/, STALE],
  // Transactions that got into each other's way, and this one had to yield.
  [/^(40001|40P01|55P03)$/, {code: 'UNAVAILABLE', retriable: true, isLocked: true}],
  [/^(42501|28...|25006)$/, {code: 'DENIED', retriable: false}],
  // No value of the type, constraints, options of views, columns that are generated, what triggers raise.
  [/^(22...|23...|44000|428C9|P0001)$/, REFUSAL],
  [/^(54...|21...)$/, {code: 'DENIED', retriable: false}],
  [/^(53100|53200)$/, {code: 'QUOTA', retriable: true}],
  [/^XX00[12]$/, {code: 'UNREADABLE', retriable: false}],
];

export const classifyPostgresError = (error: unknown): Meaning => {
  const {code, message, schema, schema_name: schemaName} = (error ?? {}) as Record<string, unknown>;
  // Two have created the same thing at once: one of them trips over an index of the system's.
  const isSystems = schema === 'pg_catalog' || schemaName === 'pg_catalog';
  if (code === '23505' && isSystems) return STALE;
  // The table may be written to, but this row may not: there is no code of its own for it.
  if (code === '42501' && String(message).includes('row-level security')) return REFUSAL;
  const text = typeof code === 'string' ? code : '';
  return (
    MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? {code: 'UNAVAILABLE', retriable: true}
  );
};

/** Whether there is no connection any more, so that nothing can be said on it, not even ROLLBACK. */
export const isConnectionLost = (error: unknown): boolean => {
  const {code} = (error ?? {}) as {code?: unknown};
  return typeof code === 'string' && /^(08...|57P0.|CONNECTION_.*|E[A-Z]{3,})$/.test(code);
};

export const isPermissionError = (error: unknown): boolean =>
  (error as {code?: unknown} | undefined)?.code === '42501';
