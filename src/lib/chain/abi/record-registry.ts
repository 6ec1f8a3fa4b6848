/** Made from contracts/RecordRegistry.sol by `npm run abi`. */
export const recordRegistryAbi = [
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'hospital', type: 'address' },
		],
		name: 'AddingNotAllowed',
		type: 'error',
	},
	{ inputs: [{ name: 'target', type: 'address' }], name: 'AddressEmptyCode', type: 'error' },
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'AlreadyErased', type: 'error' },
	{ inputs: [], name: 'FailedCall', type: 'error' },
	{ inputs: [], name: 'ForeignBlockNumbers', type: 'error' },
	{ inputs: [], name: 'InvalidShortString', type: 'error' },
	{ inputs: [{ name: 'signer', type: 'address' }], name: 'InvalidSignature', type: 'error' },
	{ inputs: [], name: 'MissingDigest', type: 'error' },
	{ inputs: [], name: 'NoRecords', type: 'error' },
	{
		inputs: [
			{ name: 'hospital', type: 'address' },
			{ name: 'account', type: 'address' },
		],
		name: 'NotActiveMember',
		type: 'error',
	},
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'NotOwnRecord', type: 'error' },
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'account', type: 'address' },
		],
		name: 'NotPatient',
		type: 'error',
	},
	{ inputs: [{ name: 'deadline', type: 'uint48' }], name: 'PermissionExpired', type: 'error' },
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'RecordExists', type: 'error' },
	{
		inputs: [
			{ name: 'given', type: 'uint32' },
			{ name: 'current', type: 'uint32' },
		],
		name: 'StaleEpoch',
		type: 'error',
	},
	{ inputs: [{ name: 'str', type: 'string' }], name: 'StringTooLong', type: 'error' },
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'recordId', type: 'bytes32' },
		],
		name: 'UnknownRecord',
		type: 'error',
	},
	{
		inputs: [
			{ name: 'signer', type: 'address' },
			{ name: 'given', type: 'uint32' },
			{ name: 'current', type: 'uint32' },
		],
		name: 'WrongNonce',
		type: 'error',
	},
	{ anonymous: false, inputs: [], name: 'EIP712DomainChanged', type: 'event' },
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'signer', type: 'address' },
			{ indexed: false, name: 'nonce', type: 'uint32' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'PermissionCancelled',
		type: 'event',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'patient', type: 'address' },
			{ indexed: true, name: 'author', type: 'address' },
			{ indexed: true, name: 'hospital', type: 'address' },
			{ indexed: false, name: 'headerDigest', type: 'bytes32' },
			{ indexed: false, name: 'auditRoot', type: 'bytes32' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'RecordAdded',
		type: 'event',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'patient', type: 'address' },
			{ indexed: true, name: 'amended', type: 'bytes32' },
			{ indexed: true, name: 'recordId', type: 'bytes32' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'RecordAmended',
		type: 'event',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'patient', type: 'address' },
			{ indexed: true, name: 'recordId', type: 'bytes32' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'RecordErased',
		type: 'event',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'patient', type: 'address' },
			{ indexed: true, name: 'epoch', type: 'uint32' },
			{ indexed: false, name: 'locksDigest', type: 'bytes32' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'RecordsResealed',
		type: 'event',
	},
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'hospital', type: 'address' },
			{
				components: [
					{ name: 'headerDigest', type: 'bytes32' },
					{ name: 'auditRoot', type: 'bytes32' },
				],
				name: 'entry',
				type: 'tuple',
			},
			{ name: 'epoch', type: 'uint32' },
		],
		name: 'addRecord',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{
				components: [
					{ name: 'signer', type: 'address' },
					{ name: 'nonce', type: 'uint32' },
					{ name: 'deadline', type: 'uint48' },
					{ name: 'signature', type: 'bytes' },
				],
				name: 'permission',
				type: 'tuple',
			},
			{
				components: [
					{ name: 'headerDigest', type: 'bytes32' },
					{ name: 'auditRoot', type: 'bytes32' },
				],
				name: 'entry',
				type: 'tuple',
			},
			{ name: 'epoch', type: 'uint32' },
		],
		name: 'addRecordFor',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'hospital', type: 'address' },
			{
				components: [
					{ name: 'headerDigest', type: 'bytes32' },
					{ name: 'auditRoot', type: 'bytes32' },
				],
				name: 'entries',
				type: 'tuple[]',
			},
			{ name: 'epoch', type: 'uint32' },
		],
		name: 'addRecords',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{
				components: [
					{ name: 'signer', type: 'address' },
					{ name: 'nonce', type: 'uint32' },
					{ name: 'deadline', type: 'uint48' },
					{ name: 'signature', type: 'bytes' },
				],
				name: 'permission',
				type: 'tuple',
			},
			{
				components: [
					{ name: 'headerDigest', type: 'bytes32' },
					{ name: 'auditRoot', type: 'bytes32' },
				],
				name: 'entries',
				type: 'tuple[]',
			},
			{ name: 'epoch', type: 'uint32' },
		],
		name: 'addRecordsFor',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'hospital', type: 'address' },
			{
				components: [
					{ name: 'headerDigest', type: 'bytes32' },
					{ name: 'auditRoot', type: 'bytes32' },
				],
				name: 'entry',
				type: 'tuple',
			},
			{ name: 'epoch', type: 'uint32' },
			{ name: 'amended', type: 'bytes32' },
		],
		name: 'amendRecord',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{
				components: [
					{ name: 'signer', type: 'address' },
					{ name: 'nonce', type: 'uint32' },
					{ name: 'deadline', type: 'uint48' },
					{ name: 'signature', type: 'bytes' },
				],
				name: 'permission',
				type: 'tuple',
			},
			{
				components: [
					{ name: 'headerDigest', type: 'bytes32' },
					{ name: 'auditRoot', type: 'bytes32' },
				],
				name: 'entry',
				type: 'tuple',
			},
			{ name: 'epoch', type: 'uint32' },
			{ name: 'amended', type: 'bytes32' },
		],
		name: 'amendRecordFor',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{ inputs: [], name: 'cancelPermission', outputs: [], stateMutability: 'nonpayable', type: 'function' },
	{
		inputs: [],
		name: 'consentRegistry',
		outputs: [{ name: '', type: 'address' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [],
		name: 'eip712Domain',
		outputs: [
			{ name: 'fields', type: 'bytes1' },
			{ name: 'name', type: 'string' },
			{ name: 'version', type: 'string' },
			{ name: 'chainId', type: 'uint256' },
			{ name: 'verifyingContract', type: 'address' },
			{ name: 'salt', type: 'bytes32' },
			{ name: 'extensions', type: 'uint256[]' },
		],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [{ name: 'recordId', type: 'bytes32' }],
		name: 'eraseRecord',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{
				components: [
					{ name: 'signer', type: 'address' },
					{ name: 'nonce', type: 'uint32' },
					{ name: 'deadline', type: 'uint48' },
					{ name: 'signature', type: 'bytes' },
				],
				name: 'permission',
				type: 'tuple',
			},
			{ name: 'recordId', type: 'bytes32' },
		],
		name: 'eraseRecordFor',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [{ name: 'account', type: 'address' }],
		name: 'historyOf',
		outputs: [{ name: 'word', type: 'uint256' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [],
		name: 'hospitalRegistry',
		outputs: [{ name: '', type: 'address' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [{ name: 'data', type: 'bytes[]' }],
		name: 'multicall',
		outputs: [{ name: 'results', type: 'bytes[]' }],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [{ name: 'signer', type: 'address' }],
		name: 'nonceOf',
		outputs: [{ name: '', type: 'uint32' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [{ name: 'recordId', type: 'bytes32' }],
		name: 'recordOf',
		outputs: [
			{
				components: [
					{ name: 'patient', type: 'address' },
					{ name: 'addedAt', type: 'uint48' },
					{ name: 'byPatient', type: 'bool' },
					{ name: 'erased', type: 'bool' },
				],
				name: '',
				type: 'tuple',
			},
		],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [
			{ name: 'epoch', type: 'uint32' },
			{ name: 'locksDigest', type: 'bytes32' },
		],
		name: 'resealRecords',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{
				components: [
					{ name: 'signer', type: 'address' },
					{ name: 'nonce', type: 'uint32' },
					{ name: 'deadline', type: 'uint48' },
					{ name: 'signature', type: 'bytes' },
				],
				name: 'permission',
				type: 'tuple',
			},
			{ name: 'epoch', type: 'uint32' },
			{ name: 'locksDigest', type: 'bytes32' },
		],
		name: 'resealRecordsFor',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
] as const;
