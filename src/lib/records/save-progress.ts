/**
 * Turns what storage says of bytes, and what a transaction says of its stages, into the one progress that a screen shows while a
 * record is saved. Copies are sealed one after the other and travel at the same time; the stage is "sealing" until the last is sealed.
 */
import { nameOf, type Progress, type StoreConfig } from '#lib/storage/index.ts';
import type { ActionStage } from './deps.ts';
import type { SpreadOutcome } from './engine-spread.ts';
import type { SaveProgress, SaveStage } from './record-types.ts';

type CloudLine = SaveProgress['clouds'][number];

export interface SaveWatch {
	stage(stage: SaveStage): void;
	/** Takes the progress of one part. */
	part(index: number): (progress: Progress) => void;
	/** Takes the outcome of one part so far. */
	settle(index: number, outcome: SpreadOutcome): void;
	/** Takes the stages of the transaction. */
	action: (stage: ActionStage) => void;
}

interface PartState {
	sealed: number;
	sealing: number;
	saved: Map<string, { done: number; total: number }>;
	outcome: SpreadOutcome | null;
}

/** Watches the saving of `parts` parts over these clouds. */
export function watchSaving(
	clouds: readonly StoreConfig[],
	parts: number,
	onProgress: (progress: SaveProgress) => void = () => undefined,
): SaveWatch {
	let stage: SaveStage = 'reading';
	const states = Array.from({ length: parts }, (): PartState => ({
		sealed: 0,
		sealing: 1,
		saved: new Map(),
		outcome: null,
	}));
	const labels = clouds.map((config) => ({ name: nameOf(config), label: labelOf(config) }));

	const tell = (next: SaveStage) => {
		stage = next;
		const lines = labels.map((cloud) => lineOf(cloud, states));
		const counted =
			stage === 'sealing' ? states.map(({ sealed, sealing }) => ({ done: sealed, total: sealing })) : lines;
		onProgress({ stage, done: sum(counted, 'done'), total: sum(counted, 'total'), clouds: lines });
	};
	const change = (index: number, edit: (state: PartState) => void) => {
		const state = states[index];
		if (state) edit(state);
		const isSealed = states.every(({ sealed, sealing }) => sealed >= sealing);
		// The rest goes on while the wallet is asked, and after that.
		tell(stage === 'reading' || stage === 'sealing' || stage === 'saving' ? (isSealed ? 'saving' : 'sealing') : stage);
	};

	tell('reading');
	return {
		stage: tell,
		part: (index) => (progress) =>
			change(index, (state) => {
				const { store, done, total } = progress;
				if (progress.stage === 'sealing') Object.assign(state, { sealed: done, sealing: total });
				else if (store) state.saved.set(store, { done, total });
			}),
		settle: (index, outcome) =>
			change(index, (state) => {
				Object.assign(state, { outcome, sealed: state.sealing });
			}),
		action: (action) => {
			if (action === 'waiting-for-wallet' || action === 'confirming') tell(action);
		},
	};
}

function lineOf({ name, label }: { name: string; label: string }, states: readonly PartState[]): CloudLine {
	const known = states.flatMap(({ saved }) => saved.get(name) ?? []);
	const problem = states.flatMap(({ outcome }) => outcome?.failed.find(({ store }) => store === name) ?? [])[0];
	const line = { name, label, done: sum(known, 'done'), total: sum(known, 'total') };
	if (problem) return { ...line, state: 'failed', code: problem.code };
	if (states.every(({ outcome }) => outcome?.saved.includes(name))) return { ...line, state: 'saved' };
	return { ...line, state: known.length > 0 ? 'saving' : 'waiting' };
}

/** What a person calls a cloud. */
export function labelOf(config: StoreConfig): string {
	return config.label ?? nameOf(config);
}

function sum<Field extends string>(items: readonly Record<Field, number>[], field: Field): number {
	return items.reduce((total, item) => total + item[field], 0);
}
