/** What operators ask for: readiness and metrics. */
package dev.authbridge.web.ops;
