/**
 * Shared by all tests: stand-ins for the vendor's services on loopback, the real CLIs and browsers, and checks that nothing
 * is left over and no secret leaks.
 *
 * <p>{@link dev.authbridge.support.LoopbackVendor} is the network (an HTTP proxy, and TLS for the vendor's host names);
 * {@link dev.authbridge.support.SignInStandIn} and {@link dev.authbridge.support.ApiStandIn} are the services in it.
 */
package dev.authbridge.support;
