/**
 * The wire: what a client and the server say to each other, as records. {@link dev.authbridge.protocol.MessageCodec} alone turns
 * them into JSON and back.
 *
 * <p>Every WebSocket message is one text frame {@code {"event": NAME, "data": {…}}}. Client to server:
 *
 * <pre>
 *  claude.auth.start    {key?}               starts a login, or joins the one the owner already has open
 *  claude.auth.code     {key?, code}
 *  claude.auth.cancel   {key?}
 *  claude.auth.status   {key?, seq?}         after a reconnect this is all a client sends
 *  claude.chat.prompt   {key?, id, prompt}
 *  claude.chat.stop     {key?, id}
 * </pre>
 *
 * Server to client:
 *
 * <pre>
 *  claude.auth.status   {state, seq, link?, loginId?, expiresAt?, now?, credential?, others?, startedBy?, pairedWith?}
 *  claude.auth.status   {unchanged: true, seq}
 *  claude.auth.url      {url, instructions, loginId, seq, expiresAt?, now?, problem?, startedBy?}
 *  claude.auth.complete {success: true, loginId, seq, credential}
 *  claude.auth.error    {success: false, error, reason, retryable, state?, loginId?, seq, id?}
 *  claude.chat.text     {id, delta}
 *  claude.chat.done     {id}
 *  claude.chat.error    {id, error, reason}
 * </pre>
 *
 * <p>Each message from the server is whole: a client that missed the ones before it loses nothing. Times are ISO 8601 in UTC.
 * Unknown fields are ignored on both sides; any other fault in a client's message is a
 * {@link dev.authbridge.protocol.BadMessage}.
 */
package dev.authbridge.protocol;
