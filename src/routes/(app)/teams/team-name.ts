/** What is wrong with a team's name, in words; null when nothing is. */
import { m } from '#lib/i18n/index.ts';
import { teams } from '#lib/state/index.ts';

/** `own` is the team that is being renamed: it may keep its name. */
export function nameError(name: string, own: string | null = null): string | null {
	if (name === '' || name.length > 200) return m.clinic_team_error();
	return teams.items.some((team) => team.name === name && team.id !== own) ? m.clinic_team_error_taken() : null;
}
