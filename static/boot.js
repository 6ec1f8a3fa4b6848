// Before the first paint: the remembered language and theme, so that nothing turns round or flashes. No module, so that it blocks.
// And until the page's own scripts run (the root layout says when): a button that is pressed meanwhile does its work then.
(function () {
	var root = document.documentElement;
	var pressed = null;
	function keep(event) {
		var button = event.target.closest('button');
		if (!button) return;
		event.preventDefault();
		event.stopImmediatePropagation();
		pressed = button;
	}
	addEventListener('click', keep, true);
	addEventListener(
		'amana-started',
		function () {
			removeEventListener('click', keep, true);
			if (pressed && pressed.isConnected) pressed.click();
		},
		{ once: true },
	);
	function remembered(key) {
		try {
			return localStorage.getItem(key);
		} catch {
			return null;
		}
	}
	var theme = remembered('amana-theme');
	if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
	var lang = remembered('PARAGLIDE_LOCALE');
	if (lang !== 'en' && lang !== 'ar') {
		var first = (navigator.languages || [navigator.language]).find(function (tag) {
			return /^(en|ar)\b/i.test(tag);
		});
		lang = first ? first.slice(0, 2).toLowerCase() : 'en';
	}
	if (lang === 'en') return;
	root.lang = lang;
	root.dir = 'rtl';
	root.dataset.drawing = ''; // hidden until drawn in this language: `base.css`, `startLocale`
})();
