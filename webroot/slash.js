/* In old syntax. Relative addresses need a slash here; behind some proxies the server cannot see that it is missing. */
if (!/(\/|\.html)$/.test(location.pathname)) location.pathname += '/';
