/** What else can be wrong, and why no scenario brings it about. */
import type { FindingId } from '../findings.ts';

export const WHY_UNFORCED: Readonly<Record<FindingId, string>> = {
  'duplicate-rows': 'two rows do not tell how there came to be two, and no fault makes a second one',
  'stuck-at-its-head':
    'why its event is given up stands in the event and its dead letters, of which nothing that somebody wrote is kept',
  'never-announced': 'it accuses nobody: a person may have made the row',
  'gone-unread': 'no fault of a scenario has retention take a record',
};
