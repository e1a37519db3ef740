import { expectTypeOf, test } from 'vitest';
import { definePipeline } from './declaration.ts';
import { shippedPipeline } from './shipped.ts';
import type { EventType, Table, Topic, Upstream, WorkerRole } from './testing.ts';

test('names stay literal', () => {
  expectTypeOf<WorkerRole>().toEqualTypeOf<'purchase-worker' | 'allocation-worker'>();
  expectTypeOf<EventType>().toEqualTypeOf<
    'PURCHASE_CONFIRMED' | 'PURCHASE_CREATED' | 'COURSE_ACCESS_GRANTED' | 'TRAINER_ALLOCATED'
  >();
  expectTypeOf<Extract<Topic, 'purchase-creatd'>>().toBeNever();
  expectTypeOf<Table>().toEqualTypeOf<
    'student_course_purchases' | 'trainer_allocations' | 'processed_events' | 'payments'
  >();
  expectTypeOf<Upstream>().toEqualTypeOf<'kafka' | 'postgres' | 'admin-service'>();
});

test('a name that is not declared does not compile', () => {
  definePipeline({
    ...shippedPipeline,
    events: {
      ...shippedPipeline.events,
      // @ts-expect-error there is no such topic
      NEWS: { topic: 'purchase-creatd' },
    },
  });
});
