CREATE TABLE invoices (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id    text NOT NULL UNIQUE,
  customer_id text NOT NULL,
  article_id  text NOT NULL,
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'paid'))
);

CREATE TABLE handled_events (
  event_id   text PRIMARY KEY,
  order_id   text NOT NULL,
  event_type text NOT NULL
);
