-- Of a search for label errors: how far its models agree with people on documents that they had not seen, from 0 to 1.
ALTER TABLE training_runs ADD COLUMN agreement REAL;
