/** What the form for a place of one's own holds, how it becomes a store's configuration, and the trial of it. */
import { AppError, asAppError, errorCodes, type ErrorCode } from '#lib/errors.ts';
import { m } from '#lib/i18n/index.ts';
import { checkCloud, checkInput, storeConfigSchema, type StoreConfig } from '#lib/records/index.ts';

interface CloudField {
	name: string;
	label: () => string;
	hint?: () => string;
	optional?: boolean;
	secret?: boolean;
	wide?: boolean;
}

const label: CloudField = { name: 'label', label: m.entry_cloud_label };
const fieldsOf: Readonly<Record<'s3' | 'ipfs', readonly CloudField[]>> = {
	s3: [
		label,
		{ name: 'endpoint', label: m.entry_cloud_endpoint, wide: true },
		{ name: 'bucket', label: m.entry_cloud_bucket },
		{ name: 'region', label: m.entry_cloud_region },
		{ name: 'accessKeyId', label: m.entry_cloud_access_key },
		{ name: 'secretAccessKey', label: m.entry_cloud_secret_key, hint: m.entry_cloud_secret_hint, secret: true },
		{ name: 'publicBase', label: m.entry_cloud_public_base, hint: m.entry_cloud_public_hint, wide: true },
	],
	ipfs: [
		label,
		{ name: 'gateway', label: m.entry_cloud_gateway, hint: m.entry_cloud_public_hint, wide: true },
		{ name: 'uploadUrl', label: m.entry_cloud_upload, wide: true },
		{ name: 'token', label: m.entry_cloud_token, hint: m.entry_cloud_secret_hint, optional: true, secret: true },
	],
};

/** Where a sealed object's name is appended to, so what people leave out is put back. */
const endings: Readonly<Record<string, string>> = { publicBase: '/', gateway: '/ipfs/' };

export class CloudAnswers {
	kind = $state<'s3' | 'ipfs'>('s3');
	values = $state<Record<string, string>>({ region: 'us-east-1' });
	problems = $state.raw<readonly { id: string; text: string }[]>([]);
	error = $state.raw<AppError | null>(null);
	trying = $state(false);
	fields = $derived(fieldsOf[this.kind]);

	/** The configuration once a trial wrote, read and removed something there; null when it did not, and then `problems` or `error` say why. */
	async check(): Promise<StoreConfig | null> {
		if (this.trying) return null;
		this.error = null;
		const missing = this.fields.filter((field) => !field.optional && !this.#value(field.name));
		this.problems = missing.map((field) => ({
			id: `cloud-${field.name}`,
			text: `${field.label()}: ${m.entry_cloud_missing()}`,
		}));
		if (missing.length > 0) return null;
		this.trying = true;
		try {
			const config = checkInput(storeConfigSchema, this.#draft());
			const { state, code } = await checkCloud(config);
			if (state === 'well') return config;
			throw new AppError(known(code), m.entry_cloud_refused(), { details: { label: this.#value('label') } });
		} catch (cause) {
			this.error = asAppError(cause, 'storage.invalid-cloud');
			return null;
		} finally {
			this.trying = false;
		}
	}

	#draft(): Record<string, string> {
		const filled = this.fields.map(({ name }) => [name, completed(name, this.#value(name))] as const);
		return { kind: this.kind, ...Object.fromEntries(filled.filter(([, value]) => value !== '')) };
	}

	#value(name: string): string {
		return (this.values[name] ?? '').trim();
	}
}

function completed(name: string, value: string): string {
	const ending = endings[name];
	if (!ending || value === '' || value.endsWith(ending)) return value;
	return value.replace(/\/+$/, '') + ending;
}

function known(code: string | null): ErrorCode {
	return errorCodes.find((candidate) => candidate === code) ?? 'storage.unreachable';
}
