/*
 * Tells a browser that can show these pages from one that cannot: for every browser there is, so neither a module nor new
 * syntax. Until this says otherwise a page shows how to go on with another browser, as it does without JavaScript. In a
 * browser that is too old the page's element makes way for that, so that nothing half-working takes its place.
 */
(function () {
	var words = document.querySelector('.waiting');
	// The youngest of what the pages cannot do without; what has these two has all the rest.
	var able = window.CSS && CSS.supports && CSS.supports('color', 'light-dark(red, red)') && CSS.supports('selector(:has(a))');
	if (able) words.textContent = 'Loading…';
	else words.parentNode.parentNode.replaceChild(words, words.parentNode);
})();
