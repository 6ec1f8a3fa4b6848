/** What a permission says, as one sentence whose variable parts are marked. */
import { formatDate, m } from '#lib/i18n/index.ts';
import type { PermissionView } from '#lib/records/index.ts';
import { shortAddress } from '#lib/ui/short-address.ts';

type Say = (inputs: { name: string; other: string; date: string }) => string;

const sentences: Record<PermissionView['name'], Say> = {
	ShareRecords: m.relay_says_share,
	DenyRequest: m.relay_says_deny,
	StopSharing: m.relay_says_stop,
	StopAllSharing: m.relay_says_stop_all,
	DeliverKeys: m.relay_says_deliver,
	LetHospitalAdd: m.relay_says_let_add,
	StopHospitalAdding: m.relay_says_stop_adding,
	ConfirmReading: m.relay_says_confirm,
	AddRecord: m.relay_says_add,
	AmendRecord: m.relay_says_amend,
	AddRecords: m.relay_says_add,
	ResealRecords: m.relay_says_reseal,
	EraseRecord: m.relay_says_erase,
	PublishKeys: m.relay_says_publish,
	ChangeKeyring: m.relay_says_keyring,
};

/** The sentence of a permission, in the present language. */
export function permissionSentence({ name, signer, other, until }: PermissionView): string {
	const nameOf = (person: PermissionView['signer'] | null) => person && (person.name ?? shortAddress(person.address));
	return sentences[name]({
		name: nameOf(signer) ?? '',
		other: nameOf(other) ?? m.public_log_someone(),
		date: until === null ? '' : formatDate(until),
	});
}
