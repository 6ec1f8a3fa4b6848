/** The kinds of clouds that the form knows: what to paste and where it is found, and how that becomes a store's configuration. */
import { m } from '#lib/i18n/index.ts';

export interface CloudField {
	name: string;
	label: () => string;
	hint?: () => string;
	optional?: boolean;
	secret?: boolean;
	wide?: boolean;
	/** What a right value looks like, and the words for one that does not; without it anything goes. */
	shape?: { test: (value: string) => boolean; wrong: () => string };
}

export interface CloudKind {
	id: string;
	label: () => string;
	detail: () => string;
	/** Where to find what is asked for, in order. */
	steps: readonly (() => string)[];
	/** What it costs, as far as that is known (docs/clouds.md has the sources and dates). */
	cost: () => string;
	fields: readonly CloudField[];
	/** The settings that these answers make, still to be parsed. */
	draft: (values: Readonly<Record<string, string>>) => Record<string, string>;
}

const address = {
	test: (value: string) => URL.canParse(value) && /^https?:\/\/[^@?#]*$/i.test(value),
	wrong: m.entry_cloud_wrong_address,
};
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = {
	test: (value: string) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value),
	wrong: m.entry_cloud_wrong_bucket,
};
const oneWord = { test: (value: string) => !/\s/.test(value), wrong: m.entry_cloud_wrong_key };

const label: CloudField = { name: 'label', label: m.entry_cloud_label };
const bucket: CloudField = { name: 'bucket', label: m.entry_cloud_bucket, shape: bucketName };
const region: CloudField = {
	name: 'region',
	label: m.entry_cloud_region,
	hint: m.entry_cloud_region_hint,
	shape: { test: (value) => /^[a-z0-9-]+$/.test(value), wrong: m.entry_cloud_wrong_region },
};
const keys: CloudField[] = [
	{ name: 'accessKeyId', label: m.entry_cloud_access_key, shape: oneWord },
	{
		name: 'secretAccessKey',
		label: m.entry_cloud_secret_key,
		hint: m.entry_cloud_secret_hint,
		secret: true,
		shape: oneWord,
	},
];
const publicBase: CloudField = {
	name: 'publicBase',
	label: m.entry_cloud_public_base,
	hint: m.entry_cloud_public_hint,
	wide: true,
	shape: address,
};

export const cloudKinds: readonly CloudKind[] = [
	{
		id: 'aws',
		label: m.entry_cloud_aws,
		detail: m.entry_cloud_aws_detail,
		steps: [m.entry_cloud_aws_step_1, m.entry_cloud_aws_step_2, m.entry_cloud_aws_step_3],
		cost: m.entry_cloud_aws_cost,
		fields: [label, bucket, region, ...keys],
		draft: (values) => ({
			...values,
			kind: 's3',
			endpoint: `https://s3.${values['region'] ?? ''}.amazonaws.com`,
			publicBase: `https://s3.${values['region'] ?? ''}.amazonaws.com/${values['bucket'] ?? ''}/`,
		}),
	},
	{
		id: 'r2',
		label: m.entry_cloud_r2,
		detail: m.entry_cloud_r2_detail,
		steps: [m.entry_cloud_r2_step_1, m.entry_cloud_r2_step_2, m.entry_cloud_r2_step_3],
		cost: m.entry_cloud_r2_cost,
		fields: [
			label,
			{
				name: 'account',
				label: m.entry_cloud_account,
				shape: { test: (value) => /^[0-9a-f]{32}$/.test(value), wrong: m.entry_cloud_wrong_account },
			},
			bucket,
			...keys,
			publicBase,
		],
		draft: ({ account = '', ...values }) => ({
			...values,
			kind: 's3',
			endpoint: `https://${account}.r2.cloudflarestorage.com`,
			region: 'auto',
			publicBase: endingWith(values['publicBase'], '/'),
		}),
	},
	{
		id: 'filebase',
		label: m.entry_cloud_filebase,
		detail: m.entry_cloud_filebase_detail,
		steps: [m.entry_cloud_filebase_step_1, m.entry_cloud_filebase_step_2],
		cost: m.entry_cloud_filebase_cost,
		fields: [label, bucket, ...keys],
		draft: (values) => ({
			...values,
			kind: 's3',
			endpoint: 'https://s3.filebase.io',
			region: 'us-east-1',
			publicBase: `https://${values['bucket'] ?? ''}.s3.filebase.io/`,
		}),
	},
	{
		id: 's3',
		label: m.entry_cloud_s3,
		detail: m.entry_cloud_s3_detail,
		steps: [m.entry_cloud_s3_step_1, m.entry_cloud_s3_step_2],
		cost: m.entry_cloud_own_cost,
		fields: [
			label,
			{ name: 'endpoint', label: m.entry_cloud_endpoint, wide: true, shape: address },
			bucket,
			region,
			...keys,
			publicBase,
		],
		draft: (values) => ({ ...values, kind: 's3', publicBase: endingWith(values['publicBase'], '/') }),
	},
	{
		id: 'ipfs',
		label: m.entry_cloud_ipfs,
		detail: m.entry_cloud_ipfs_detail,
		steps: [m.entry_cloud_ipfs_step_1, m.entry_cloud_ipfs_step_2],
		cost: m.entry_cloud_own_cost,
		fields: [
			label,
			{ name: 'gateway', label: m.entry_cloud_gateway, hint: m.entry_cloud_public_hint, wide: true, shape: address },
			{ name: 'uploadUrl', label: m.entry_cloud_upload, wide: true, shape: address },
			{ name: 'token', label: m.entry_cloud_token, hint: m.entry_cloud_secret_hint, optional: true, secret: true, shape: oneWord }, // prettier-ignore
		],
		draft: (values) => ({ ...values, kind: 'ipfs', gateway: endingWith(values['gateway'], '/ipfs/') }),
	},
	{
		id: 'filecoin',
		label: m.entry_cloud_filecoin,
		detail: m.entry_cloud_filecoin_detail,
		steps: [m.entry_cloud_filecoin_step_1, m.entry_cloud_filecoin_step_2, m.entry_cloud_filecoin_step_3],
		cost: m.entry_cloud_filecoin_cost,
		fields: [
			label,
			{
				name: 'dataSet',
				label: m.entry_cloud_data_set,
				hint: m.entry_cloud_data_set_hint,
				shape: { test: (value) => /^(calibration\/)?[1-9]\d{0,18}$/.test(value), wrong: m.entry_cloud_wrong_data_set },
			},
			{
				name: 'privateKey',
				label: m.entry_cloud_session_key,
				hint: m.entry_cloud_session_key_hint,
				secret: true,
				shape: { test: (value) => /^0x[0-9a-f]{64}$/i.test(value), wrong: m.entry_cloud_wrong_session_key },
			},
			{ name: 'rpcUrl', label: m.entry_cloud_node, hint: m.entry_cloud_node_hint, optional: true, wide: true, shape: address }, // prettier-ignore
		],
		draft: ({ dataSet = '', ...values }) => ({
			...values,
			kind: 'filecoin',
			network: dataSet.startsWith('calibration/') ? 'calibration' : 'mainnet',
			dataSet: dataSet.replace('calibration/', ''),
		}),
	},
	{
		id: 'opfs',
		label: m.entry_cloud_opfs,
		detail: m.entry_cloud_opfs_detail,
		steps: [m.entry_cloud_opfs_step_1],
		cost: m.entry_cloud_opfs_cost,
		fields: [label],
		draft: (values) => ({ ...values, kind: 'opfs' }),
	},
];

/** The address with the ending that people leave out: a sealed object's name is appended to it. */
function endingWith(value = '', ending: string): string {
	return value === '' || value.endsWith(ending) ? value : value.replace(/\/+$/, '') + ending;
}
