-- migration 1716472259 saved_searches_and_prompts
CREATE TABLE prompts (
    id serial PRIMARY KEY,
    name citext NOT NULL,
    definition_text text NOT NULL,
    owner_user_id integer REFERENCES users (id) ON DELETE CASCADE
);
-- down
DROP TABLE IF EXISTS prompts;
-- data
INSERT INTO prompts (name, definition_text, owner_user_id) SELECT 'prompt-' || n, 'Explain', n FROM generate_series(1, 30) n;
