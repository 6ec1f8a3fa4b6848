/** Light, dark, or as the system: an attribute on `<html>`, remembered in this browser. `static/boot.js` sets it before the first paint. */
export type Theme = 'system' | 'light' | 'dark';

const key = 'amana-theme';

class ThemeState {
	current = $state<Theme>('system');

	/** Reads what was remembered; called when a switch is shown. */
	start(): void {
		const kept = document.documentElement.dataset['theme'];
		this.current = kept === 'light' || kept === 'dark' ? kept : 'system';
	}

	choose(theme: Theme): void {
		this.current = theme;
		if (theme === 'system') delete document.documentElement.dataset['theme'];
		else document.documentElement.dataset['theme'] = theme;
		try {
			localStorage.setItem(key, theme);
		} catch {
			// A browser that forbids storage forgets the theme, nothing else.
		}
	}
}

export const theme = new ThemeState();
