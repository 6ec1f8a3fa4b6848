/** What people know a cloud by: the host of its address, else its name. */
export function hostOf(name: string): string {
	return URL.canParse(name) ? new URL(name).host || name : name;
}
