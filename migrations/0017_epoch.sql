-- Whose the head row is: each okrd that starts takes it over with a greater number, and each commit
-- compares it, so that of two that serve one database only the later one can write.
ALTER TABLE head ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
