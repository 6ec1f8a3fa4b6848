/** Whether a cloud answers, in a word. */
import { m } from '#lib/i18n/index.ts';
import type { CloudHealth } from '#lib/records/index.ts';

const words: Record<CloudHealth['state'], () => string> = {
	well: m.clinic_cloud_well,
	'no-answer': m.clinic_cloud_silent,
	stalled: m.clinic_cloud_stalled,
	refused: m.clinic_cloud_refused,
	'read-only': m.clinic_cloud_refused,
};

export function cloudStateWord(state: CloudHealth['state']): string {
	return words[state]();
}
