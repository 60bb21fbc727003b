package dev.authbridge.protocol;

import dev.authbridge.core.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the server answers to HTTP requests, beside {@link ServerMessage.Status}. The components of each record are the fields of
 * the body, in their order.
 */
public final class Answer {
    private Answer() {}

    /**
     * A failure, as a problem document (RFC 9457).
     *
     * @param detail one sentence for people
     * @param reason for programs, one of the contract's
     */
    public record Failure(String type, String title, int status, String detail, String reason) {}

    /**
     * A failure because what is asked for belongs to another owner than the browser's session does.
     *
     * @param error the same as {@code detail}
     * @param owner of the session
     * @param newOwner to whom it belongs
     */
    public record OtherOwner(
            String type,
            String title,
            int status,
            String detail,
            String error,
            String reason,
            String owner,
            String newOwner) {}

    /** {@code GET /api/sessions}. */
    public record Sessions(List<Session> sessions) {}

    /**
     * A session of a browser.
     *
     * @param device where it was opened, as is {@code address}
     * @param current true for the session of the request itself
     */
    public record Session(
            String id,
            String device,
            String address,
            Instant openedAt,
            Instant lastUsedAt,
            Optional<Boolean> current) {}

    /**
     * {@code DELETE /api/claude/auth}.
     *
     * @param deleted whether there was a credential
     * @param revokeAt the vendor's page on which its owner revokes it
     */
    public record SignedOut(String state, boolean deleted, Optional<String> revokeAt) {}

    /**
     * {@code POST /api/claude/auth/device}: the link that lets another device carry the login on.
     *
     * @param expiresAt when the link ends
     */
    public record DeviceLink(
            boolean reachable, @RevealedToClient Secret link, QrCode qr, String loginId, Instant expiresAt) {}

    /** The same where no other device could open the link, with what to do about it. */
    public record NoDeviceLink(boolean reachable, String advice) {}

    /**
     * A link for a camera, as an SVG path, so that a page draws it without taking markup from anywhere.
     *
     * @param size the side of the view box in modules, with the margin
     * @param path of the dark modules
     */
    public record QrCode(int size, @RevealedToClient Secret path) {}

    /**
     * {@code POST /api/claude/auth/diagnose}.
     *
     * @param diagnosis its name, for programs
     * @param reason the reason of the bridge's own errors that means the same
     * @param message one sentence for people
     * @param action what to do about it
     */
    public record Diagnosis(
            String diagnosis, Optional<String> reason, String message, Optional<String> action, boolean signInHelps) {}

    /**
     * {@code GET /api/claude/auth/env}.
     *
     * @param set variables to set in a sandbox
     * @param unset variables to remove, since they outrank what is set or change what it means
     */
    public record Environment(@RevealedToClient Map<String, Secret> set, List<String> unset) {}

    /** {@code POST /go/NAME} while the authorization URL is not there yet. */
    public record Waiting(boolean waiting) {}

    /** {@code POST /go/NAME}: the authorization URL to go to. */
    public record GoTo(@RevealedToClient Secret url) {}

    /** {@code POST /go/NAME}: the login failed. */
    public record GoFailure(String reason, String error) {}

    /** {@code POST /go/NAME}: the login goes on in another tab. */
    public record Elsewhere(boolean elsewhere) {}

    /**
     * {@code GET /readyz}.
     *
     * @param contact who mends what is wrong here
     */
    public record Readiness(boolean ready, List<Check> checks, Optional<String> contact) {}

    /**
     * One thing that has to be in order for the server to be ready.
     *
     * @param error what is wrong and what to do, in one sentence
     * @param pending whether it passes by itself
     * @param owners whom alone it concerns; the server is ready all the same
     */
    public record Check(
            String name,
            boolean ok,
            Optional<String> error,
            Optional<Boolean> pending,
            Optional<List<String>> owners,
            Optional<Progress> progress) {}

    /**
     * How far something is.
     *
     * @param done of {@code total}
     * @param unit what is counted, for programs
     */
    public record Progress(long done, long total, String unit) {}
}
