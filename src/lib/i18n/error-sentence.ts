/**
 * From an error's code to what a person reads: what happened, what is safe, what to do. Total over `errorCodes`: the compiler refuses a
 * missing code, a test a missing translation. Longer than other files: one table, an entry for each code.
 */
import type { ErrorCode, ErrorDetails } from '#lib/errors.ts';
import { m } from './paraglide/messages.js';

export interface ErrorSentence {
	title: string;
	safe: string;
	todo: string;
}

type Say = (inputs: { cloud: string }) => string;

const sentences: Record<ErrorCode, { title: Say; safe: Say; todo: Say }> = {
	'chain.unreachable': {
		title: m.errors_chain_unreachable_title,
		safe: m.errors_chain_unreachable_safe,
		todo: m.errors_chain_unreachable_todo,
	},
	'chain.wrong-network': {
		title: m.errors_chain_wrong_network_title,
		safe: m.errors_chain_wrong_network_safe,
		todo: m.errors_chain_wrong_network_todo,
	},
	'chain.refused': {
		title: m.errors_chain_refused_title,
		safe: m.errors_chain_refused_safe,
		todo: m.errors_chain_refused_todo,
	},
	'chain.not-found': {
		title: m.errors_chain_not_found_title,
		safe: m.errors_chain_not_found_safe,
		todo: m.errors_chain_not_found_todo,
	},
	'chain.out-of-funds': {
		title: m.errors_chain_out_of_funds_title,
		safe: m.errors_chain_out_of_funds_safe,
		todo: m.errors_chain_out_of_funds_todo,
	},
	'chain.no-network': {
		title: m.errors_chain_no_network_title,
		safe: m.errors_chain_no_network_safe,
		todo: m.errors_chain_no_network_todo,
	},
	'chain.permission-over': {
		title: m.errors_chain_permission_over_title,
		safe: m.errors_chain_permission_over_safe,
		todo: m.errors_chain_permission_over_todo,
	},
	'chain.permission-invalid': {
		title: m.errors_chain_permission_invalid_title,
		safe: m.errors_chain_permission_invalid_safe,
		todo: m.errors_chain_permission_invalid_todo,
	},
	'wallet.none': {
		title: m.errors_wallet_none_title,
		safe: m.errors_wallet_none_safe,
		todo: m.errors_wallet_none_todo,
	},
	'wallet.rejected': {
		title: m.errors_wallet_rejected_title,
		safe: m.errors_wallet_rejected_safe,
		todo: m.errors_wallet_rejected_todo,
	},
	'wallet.unpredictable': {
		title: m.errors_wallet_unpredictable_title,
		safe: m.errors_wallet_unpredictable_safe,
		todo: m.errors_wallet_unpredictable_todo,
	},
	'wallet.changed': {
		title: m.errors_wallet_changed_title,
		safe: m.errors_wallet_changed_safe,
		todo: m.errors_wallet_changed_todo,
	},
	'wallet.timeout': {
		title: m.errors_wallet_timeout_title,
		safe: m.errors_wallet_timeout_safe,
		todo: m.errors_wallet_timeout_todo,
	},
	'wallet.locked': {
		title: m.errors_wallet_locked_title,
		safe: m.errors_wallet_locked_safe,
		todo: m.errors_wallet_locked_todo,
	},
	'crypto.policy-not-met': {
		title: m.errors_crypto_policy_not_met_title,
		safe: m.errors_crypto_policy_not_met_safe,
		todo: m.errors_crypto_policy_not_met_todo,
	},
	'crypto.old-epoch': {
		title: m.errors_crypto_old_epoch_title,
		safe: m.errors_crypto_old_epoch_safe,
		todo: m.errors_crypto_old_epoch_todo,
	},
	'crypto.invalid-capsule': {
		title: m.errors_crypto_invalid_capsule_title,
		safe: m.errors_crypto_invalid_capsule_safe,
		todo: m.errors_crypto_invalid_capsule_todo,
	},
	'crypto.wrong-key': {
		title: m.errors_crypto_wrong_key_title,
		safe: m.errors_crypto_wrong_key_safe,
		todo: m.errors_crypto_wrong_key_todo,
	},
	'crypto.invalid-point': {
		title: m.errors_crypto_invalid_point_title,
		safe: m.errors_crypto_invalid_point_safe,
		todo: m.errors_crypto_invalid_point_todo,
	},
	'crypto.invalid-policy': {
		title: m.errors_crypto_invalid_policy_title,
		safe: m.errors_crypto_invalid_policy_safe,
		todo: m.errors_crypto_invalid_policy_todo,
	},
	'crypto.empty-policy': {
		title: m.errors_crypto_empty_policy_title,
		safe: m.errors_crypto_empty_policy_safe,
		todo: m.errors_crypto_empty_policy_todo,
	},
	'crypto.large-policy': {
		title: m.errors_crypto_large_policy_title,
		safe: m.errors_crypto_large_policy_safe,
		todo: m.errors_crypto_large_policy_todo,
	},
	'crypto.invalid-attribute': {
		title: m.errors_crypto_invalid_attribute_title,
		safe: m.errors_crypto_invalid_attribute_safe,
		todo: m.errors_crypto_invalid_attribute_todo,
	},
	'crypto.unknown-authority': {
		title: m.errors_crypto_unknown_authority_title,
		safe: m.errors_crypto_unknown_authority_safe,
		todo: m.errors_crypto_unknown_authority_todo,
	},
	'crypto.foreign-attribute': {
		title: m.errors_crypto_foreign_attribute_title,
		safe: m.errors_crypto_foreign_attribute_safe,
		todo: m.errors_crypto_foreign_attribute_todo,
	},
	'crypto.corrupt': {
		title: m.errors_crypto_corrupt_title,
		safe: m.errors_crypto_corrupt_safe,
		todo: m.errors_crypto_corrupt_todo,
	},
	'crypto.unsupported': {
		title: m.errors_crypto_unsupported_title,
		safe: m.errors_crypto_unsupported_safe,
		todo: m.errors_crypto_unsupported_todo,
	},
	'crypto.no-webassembly': {
		title: m.errors_crypto_no_webassembly_title,
		safe: m.errors_crypto_no_webassembly_safe,
		todo: m.errors_crypto_no_webassembly_todo,
	},
	'storage.unreachable': {
		title: m.errors_storage_unreachable_title,
		safe: m.errors_storage_unreachable_safe,
		todo: m.errors_storage_unreachable_todo,
	},
	'storage.unauthorised': {
		title: m.errors_storage_unauthorised_title,
		safe: m.errors_storage_unauthorised_safe,
		todo: m.errors_storage_unauthorised_todo,
	},
	'storage.not-found': {
		title: m.errors_storage_not_found_title,
		safe: m.errors_storage_not_found_safe,
		todo: m.errors_storage_not_found_todo,
	},
	'storage.slow': {
		title: m.errors_storage_slow_title,
		safe: m.errors_storage_slow_safe,
		todo: m.errors_storage_slow_todo,
	},
	'storage.stalled': {
		title: m.errors_storage_stalled_title,
		safe: m.errors_storage_stalled_safe,
		todo: m.errors_storage_stalled_todo,
	},
	'storage.busy': {
		title: m.errors_storage_busy_title,
		safe: m.errors_storage_busy_safe,
		todo: m.errors_storage_busy_todo,
	},
	'storage.corrupt': {
		title: m.errors_storage_corrupt_title,
		safe: m.errors_storage_corrupt_safe,
		todo: m.errors_storage_corrupt_todo,
	},
	'storage.wrong-clock': {
		title: m.errors_storage_wrong_clock_title,
		safe: m.errors_storage_wrong_clock_safe,
		todo: m.errors_storage_wrong_clock_todo,
	},
	'storage.full': {
		title: m.errors_storage_full_title,
		safe: m.errors_storage_full_safe,
		todo: m.errors_storage_full_todo,
	},
	'storage.unpaid': {
		title: m.errors_storage_unpaid_title,
		safe: m.errors_storage_unpaid_safe,
		todo: m.errors_storage_unpaid_todo,
	},
	'storage.not-approved': {
		title: m.errors_storage_not_approved_title,
		safe: m.errors_storage_not_approved_safe,
		todo: m.errors_storage_not_approved_todo,
	},
	'storage.unconfirmed': {
		title: m.errors_storage_unconfirmed_title,
		safe: m.errors_storage_unconfirmed_safe,
		todo: m.errors_storage_unconfirmed_todo,
	},
	'storage.none-saved': {
		title: m.errors_storage_none_saved_title,
		safe: m.errors_storage_none_saved_safe,
		todo: m.errors_storage_none_saved_todo,
	},
	'storage.no-clouds': {
		title: m.errors_storage_no_clouds_title,
		safe: m.errors_storage_no_clouds_safe,
		todo: m.errors_storage_no_clouds_todo,
	},
	'storage.invalid-cloud': {
		title: m.errors_storage_invalid_cloud_title,
		safe: m.errors_storage_invalid_cloud_safe,
		todo: m.errors_storage_invalid_cloud_todo,
	},
	'records.invalid-header': {
		title: m.errors_records_invalid_header_title,
		safe: m.errors_records_invalid_header_safe,
		todo: m.errors_records_invalid_header_todo,
	},
	'records.not-approved': {
		title: m.errors_records_not_approved_title,
		safe: m.errors_records_not_approved_safe,
		todo: m.errors_records_not_approved_todo,
	},
	'records.not-a-member': {
		title: m.errors_records_not_a_member_title,
		safe: m.errors_records_not_a_member_safe,
		todo: m.errors_records_not_a_member_todo,
	},
	'records.no-consent': {
		title: m.errors_records_no_consent_title,
		safe: m.errors_records_no_consent_safe,
		todo: m.errors_records_no_consent_todo,
	},
	'records.no-grant': {
		title: m.errors_records_no_grant_title,
		safe: m.errors_records_no_grant_safe,
		todo: m.errors_records_no_grant_todo,
	},
	'records.access-ended': {
		title: m.errors_records_access_ended_title,
		safe: m.errors_records_access_ended_safe,
		todo: m.errors_records_access_ended_todo,
	},
	'records.erased': {
		title: m.errors_records_erased_title,
		safe: m.errors_records_erased_safe,
		todo: m.errors_records_erased_todo,
	},
	'records.no-keys': {
		title: m.errors_records_no_keys_title,
		safe: m.errors_records_no_keys_safe,
		todo: m.errors_records_no_keys_todo,
	},
	'records.stale-epoch': {
		title: m.errors_records_stale_epoch_title,
		safe: m.errors_records_stale_epoch_safe,
		todo: m.errors_records_stale_epoch_todo,
	},
	'records.invalid-input': {
		title: m.errors_records_invalid_input_title,
		safe: m.errors_records_invalid_input_safe,
		todo: m.errors_records_invalid_input_todo,
	},
	'records.too-large': {
		title: m.errors_records_too_large_title,
		safe: m.errors_records_too_large_safe,
		todo: m.errors_records_too_large_todo,
	},
	'records.another-file': {
		title: m.errors_records_another_file_title,
		safe: m.errors_records_another_file_safe,
		todo: m.errors_records_another_file_todo,
	},
	'general.cancelled': {
		title: m.errors_general_cancelled_title,
		safe: m.errors_general_cancelled_safe,
		todo: m.errors_general_cancelled_todo,
	},
	'general.offline': {
		title: m.errors_general_offline_title,
		safe: m.errors_general_offline_safe,
		todo: m.errors_general_offline_todo,
	},
	'general.unexpected': {
		title: m.errors_general_unexpected_title,
		safe: m.errors_general_unexpected_safe,
		todo: m.errors_general_unexpected_todo,
	},
	'wallet.busy': {
		title: m.errors_wallet_busy_title,
		safe: m.errors_wallet_busy_safe,
		todo: m.errors_wallet_busy_todo,
	},
	'storage.too-few': {
		title: m.errors_storage_too_few_title,
		safe: m.errors_storage_too_few_safe,
		todo: m.errors_storage_too_few_todo,
	},
};

/**
 * The sentences for an error in the present language. Of the details only a cloud's own label is spoken (`details.cloud` or
 * `details.label`); the rest belongs under "Technical details".
 */
export function sentenceFor(error: { readonly code: ErrorCode; readonly details?: ErrorDetails }): ErrorSentence {
	const { title, safe, todo } = sentences[error.code];
	const label = error.details?.['cloud'] ?? error.details?.['label'];
	const inputs = { cloud: label === undefined ? m.errors_a_cloud() : String(label) };
	return { title: title(inputs), safe: safe(inputs), todo: todo(inputs) };
}
