-- migration 1730196481 drop_product_subscriptions
DROP TABLE IF EXISTS product_licenses;
DROP TABLE IF EXISTS product_subscriptions;
-- down
CREATE TABLE IF NOT EXISTS product_subscriptions (
    id serial PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users (id),
    account_number text,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS product_licenses (
    id serial PRIMARY KEY,
    product_subscription_id integer NOT NULL REFERENCES product_subscriptions (id),
    license_key text NOT NULL,
    license_tags text[]
);
