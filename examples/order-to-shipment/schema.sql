-- The tables of the shop. An order itself is only an event.

CREATE TABLE shipments (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id    text NOT NULL UNIQUE,
  customer_id text NOT NULL,
  article_id  bigint NOT NULL,
  reservation text NOT NULL,
  pickup      text,
  state       text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'sent', 'returned'))
);

CREATE TABLE inbox (
  event    text PRIMARY KEY,
  order_id text NOT NULL,
  kind     text NOT NULL,
  worker   text NOT NULL,
  payload  jsonb NOT NULL,
  came_at  timestamptz NOT NULL DEFAULT now(),
  done_at  timestamptz
);
