-- migration 1734520100 entitlements
CREATE TABLE entitlements (
    id serial PRIMARY KEY,
    name text NOT NULL,
    type text NOT NULL,
    max_count integer NOT NULL
);
-- down
DROP TABLE IF EXISTS entitlements;
