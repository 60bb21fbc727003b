/*
 * In old syntax, for every browser. The page says which browser it needs; if this is one, that becomes "Loading…". If not,
 * it takes the element's place, so that nothing half-working is shown.
 */
(function () {
	var words = document.querySelector('.waiting');
	// The newest features that the pages need; a browser with these two has the others.
	var able = window.CSS && CSS.supports && CSS.supports('color', 'light-dark(red, red)') && CSS.supports('selector(:has(a))');
	if (able) words.textContent = 'Loading…';
	else words.parentNode.parentNode.replaceChild(words, words.parentNode);
})();
