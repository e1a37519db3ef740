-- The table that the session-worker adds to those of fixtures/schema.sql, as the team's database has it.
-- Whose a session is the allocation tells: its course is left empty.

CREATE TABLE tutoring_sessions (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  allocation_id  uuid NOT NULL REFERENCES trainer_allocations ON DELETE CASCADE,
  student_id     uuid,
  trainer_id     uuid,
  course_id      uuid,
  scheduled_date date,
  scheduled_time varchar(20),
  duration       integer DEFAULT 40,
  status         text NOT NULL DEFAULT 'scheduled'
                 CHECK (status IN ('scheduled', 'pending_verification', 'in_progress', 'pending_confirmation',
                                   'completed', 'disputed', 'cancelled')),
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (allocation_id, scheduled_date, scheduled_time)
);
