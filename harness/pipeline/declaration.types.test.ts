import { expectTypeOf, test } from 'vitest';
import { definePipeline } from './declaration.ts';
import { shippedPipeline } from './shipped.ts';
import type { EventType, Table, Topic, Upstream, WorkerRole } from './testing.ts';
import type { VocabularyOf } from './vocabulary.ts';

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

test('a step with an act says what its declaration has it take', () => {
  const shop = definePipeline({
    ...shippedPipeline,
    acts: {
      order: {
        about: 'PURCHASE_CONFIRMED',
        as: 'shop',
        takes: { subjects: 'several', eventId: ['again'], partition: true },
      },
      cancel: { about: 'PURCHASE_CONFIRMED', as: 'shop', takes: { subjects: 'one' } },
      remind: { about: 'PURCHASE_CONFIRMED', as: 'shop' },
    },
  });
  type Shop = VocabularyOf<typeof shop>['act'];
  expectTypeOf<{ do: 'order'; subjects: string[]; eventId: 'again'; partition: 1 }>().toExtend<Shop>();
  expectTypeOf<{ do: 'cancel'; subject: string }>().toExtend<Shop>();
  expectTypeOf<{ do: 'cancel'; subjects: string[] }>().not.toExtend<Shop>();
  expectTypeOf<{ do: 'order'; subjects: string[]; eventId: 'fresh' }>().not.toExtend<Shop>();
  expectTypeOf<{ do: 'remind'; subject: string }>().toExtend<Shop>();
  expectTypeOf<{ do: 'remind'; subjects: string[]; partition: 1 }>().toExtend<Shop>();
  expectTypeOf<{ do: 'remind' }>().not.toExtend<Shop>();
  expectTypeOf<{ do: 'remind'; subject: string; subjects: string[] }>().not.toExtend<Shop>();
  expectTypeOf<{ do: 'refund'; subject: string }>().not.toExtend<Shop>();
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
