import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  STORE_ADDRESS: {
    fault: "configuration",
    retry: false,
    help: "Write pglite:FOLDER or postgres://user:password@host:5432/name.",
  },
  STORE_UNREACHABLE: {
    fault: "peer",
    retry: true,
    help: "Check the database's address, that it runs, and that the user may connect.",
  },
  STORE_TOO_OLD: {
    fault: "peer",
    retry: false,
    help: "PostgreSQL 15 or later is needed.",
  },
  STORE_MIGRATION_CHANGED: {
    fault: "bug",
    retry: false,
    help: "A migration that was applied must never be edited: restore its file, and put the change into a new one.",
  },
  STORE_NEWER: {
    fault: "configuration",
    retry: false,
    help: "A newer version has used this database: start that version, or restore the backup made before the upgrade.",
  },
  STORE_QUERY: {
    fault: "bug",
    retry: false,
    help: "The database refused a statement: its own words are in the message.",
  },
  STORE_CONTENTION: {
    fault: "peer",
    retry: true,
    help: "Two transactions were in each other's way and this one was taken back: it can be done again.",
  },
  STORE_DUPLICATE: {
    fault: "peer",
    retry: false,
    help: "A row with this key is there already.",
  },
  STORE_DATA: {
    fault: "peer",
    retry: false,
    help: "The database cannot hold one of the values; the same values are refused again.",
  },
  STORE_BUSY: {
    fault: "host",
    retry: true,
    help: "More statements wait than may: the database does not keep up with what is asked of it.",
  },
  STORE_CLOSED: {
    fault: "bug",
    retry: false,
    help: "The database was closed, or its thread ended, before this statement ran.",
  },
});
