/*
 * For every browser there is, so in old syntax: a page's own words say how to go on in another one, until this finds that
 * it can be shown. Where it cannot, its element makes way for them, so that nothing half-working takes their place.
 */
(function () {
	var words = document.querySelector('.waiting');
	// The youngest of what the pages cannot do without; what has these two has all the rest.
	var able = window.CSS && CSS.supports && CSS.supports('color', 'light-dark(red, red)') && CSS.supports('selector(:has(a))');
	if (able) words.textContent = 'Loading…';
	else words.parentNode.parentNode.replaceChild(words, words.parentNode);
})();
