/** What the form for a cloud holds, the trial of it step by step, and the rules that let this page into a bucket. */
import { asAppError, type AppError } from '#lib/errors.ts';
import { m } from '#lib/i18n/index.ts';
import { checkInput, letPagesIn, storeConfigSchema, tryCloud, type CloudTrial, type StoreConfig } from '#lib/records/index.ts'; // prettier-ignore
import { cloudKinds, type CloudField, type CloudKind } from './cloud-kinds.ts';

export class CloudAnswers {
	chosen = $state('aws');
	values = $state<Record<string, string>>({ region: 'us-east-1' });
	problems = $state.raw<readonly { id: string; text: string }[]>([]);
	error = $state.raw<AppError | null>(null);
	/** What the last trial found; null before one, and while one runs. */
	trial = $state.raw<CloudTrial | null>(null);
	trying = $state(false);
	rules = $state<'idle' | 'writing' | 'written' | 'refused'>('idle');
	readonly kind: CloudKind = $derived(cloudKinds.find(({ id }) => id === this.chosen) ?? (cloudKinds[0] as CloudKind));
	readonly isBucket = $derived(!['ipfs', 'filecoin', 'opfs'].includes(this.chosen));

	/** Another value; what was found with the one before no longer counts. */
	set(name: string, value: string): void {
		this.values[name] = value;
		this.trial = null;
	}

	/** For another kind: what was found so far is of no use. */
	startOver(): void {
		this.trial = null;
		this.error = null;
		this.problems = [];
		this.rules = 'idle';
	}

	/** Tries the cloud; `trial` has what each step did, unless the answers are wrong: then `problems` or `error` says why. */
	async check(): Promise<void> {
		if (this.trying) return;
		this.error = null;
		this.trial = null;
		const config = this.#config();
		if (!config) return;
		this.trying = true;
		try {
			this.trial = await tryCloud(config);
		} catch (cause) {
			this.error = asAppError(cause, 'storage.invalid-cloud');
		} finally {
			this.trying = false;
		}
	}

	/** Writes the rules that let pages into the bucket, where the server allows that from here. */
	async writeRules(): Promise<void> {
		const config = this.#config();
		if (config?.kind !== 's3') return;
		this.rules = 'writing';
		try {
			await letPagesIn(config);
			this.rules = 'written';
		} catch {
			this.rules = 'refused';
		}
	}

	/** The answers as a checked configuration; null when some are wrong, and then `problems` says which. */
	#config(): StoreConfig | null {
		this.problems = this.kind.fields.flatMap((field) => {
			const text = this.#wrong(field);
			return text === null ? [] : [{ id: `cloud-${field.name}`, text: `${field.label()}: ${text}` }];
		});
		if (this.problems.length > 0) return null;
		const filled = this.kind.fields.map(({ name }) => [name, this.#value(name)] as const);
		try {
			const draft = this.kind.draft(Object.fromEntries(filled.filter(([, value]) => value !== '')));
			return checkInput(storeConfigSchema, draft);
		} catch (cause) {
			this.error = asAppError(cause, 'storage.invalid-cloud');
			return null;
		}
	}

	#wrong({ name, optional, shape }: CloudField): string | null {
		const value = this.#value(name);
		if (value === '') return optional ? null : m.entry_cloud_missing();
		return shape && !shape.test(value) ? shape.wrong() : null;
	}

	#value(name: string): string {
		return (this.values[name] ?? '').trim();
	}
}
