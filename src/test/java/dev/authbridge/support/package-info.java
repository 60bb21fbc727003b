/**
 * What the tests stand on: the vendor's services played on loopback, the real CLIs, and checks that nothing is left over
 * and nothing leaks.
 *
 * <p>{@link dev.authbridge.support.LoopbackVendor} is the road (an HTTP proxy and TLS for the vendor's host names);
 * {@link dev.authbridge.support.SignInStandIn} and {@link dev.authbridge.support.ApiStandIn} are what stands at its end.
 */
package dev.authbridge.support;
