package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.access.Audit;
import dev.authbridge.access.Audit.Event;
import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Pairings;
import dev.authbridge.access.RateLimits;
import dev.authbridge.access.Tickets;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.Credentials;
import dev.authbridge.credential.SandboxVariables;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What an owner can do, over a socket, over REST, or with a sign-in link, and how often. Confined to the event loop, where
 * its stages complete; they fail with a {@link Refusal}.
 */
public final class LoginDesk {
    private static final Logger LOG = System.getLogger(LoginDesk.class.getName());

    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);
    private static final CompletionStage<Boolean> NO = CompletableFuture.completedFuture(false);

    private static final String LINK = "/go/";

    /** The links that the programs with one key, or the requests of one session, may have beside those of their sockets. */
    private static final int MOST_LINKS_WITHOUT_SOCKET = 8;

    /** A client whose link expires sooner is given a new one. */
    private static final Duration LINK_LASTS = Duration.ofMinutes(2);

    /** The service may take 10 seconds to answer, and another process may hold the lock of the store as long. */
    private static final Duration CREDENTIALS_WITHIN = Duration.ofSeconds(60);

    private final Loop loop;
    private final Logins logins;
    private final Credentials credentials;
    private final Devices devices;
    private final Tickets<Bearer> links;
    private final RateLimits limits;
    private final Doorkeeper doorkeeper;
    private final Audit audit;

    public LoginDesk(
            Loop loop,
            Logins logins,
            Credentials credentials,
            Devices devices,
            Tickets<Bearer> links,
            RateLimits limits,
            Doorkeeper doorkeeper) {
        this.loop = loop;
        this.logins = logins;
        this.credentials = credentials;
        this.devices = devices;
        this.links = links;
        this.limits = limits;
        this.doorkeeper = doorkeeper;
        this.audit = doorkeeper.audit();
    }

    /**
     * Starts or joins the owner's login. Fails with {@code unauthorized} if the key has been taken away meanwhile.
     *
     * @return whether a login was open already
     */
    public CompletionStage<Boolean> start(Bearer bearer, Peer peer) {
        Owner owner = bearer.owner();
        return loop.bring(logins.snapshot(owner)).thenCompose(before -> {
            CompletionStage<Void> allowed = before.open() ? DONE : take(RateLimits.Kind.LOGIN, owner);
            return allowed.thenCompose(taken -> doorkeeper.holds(bearer)
                            ? loop.bring(logins.start(owner, peer))
                            : CompletableFuture.failedFuture(new Refusal(doorkeeper.over(bearer))))
                    .thenApply(started -> {
                        if (!before.open()) {
                            audit.record(Event.LOGIN_STARTED, bearer, peer, "login", idOf(started));
                        }
                        return before.open();
                    });
        });
    }

    /** Starts or joins the owner's login, and invites one other device to it. */
    public CompletionStage<Pairings.Invitation> invite(Bearer bearer, Peer peer) {
        return take(RateLimits.Kind.INVITATION, bearer.owner())
                .thenCompose(taken -> start(bearer, peer))
                .thenCompose(joined -> loop.bring(logins.snapshot(bearer.owner())))
                .thenCompose(open -> devices.invite(bearer, open))
                .thenApply(invitation -> {
                    audit.record(Event.DEVICE_INVITED, bearer, peer, "login", invitation.loginId());
                    return invitation;
                });
    }

    /** Lets the device in that shows this token; empty for one that is used, too old, or of a login that has ended. */
    public CompletionStage<Optional<Pairings.Device>> joinDevice(String token, Peer peer) {
        return devices.join(token, peer).thenApply(joined -> {
            joined.ifPresent(device -> {
                Optional<String> invitedBy =
                        Optional.of(device.invitedBy().key().sha256());
                audit.record(Event.DEVICE_JOINED, device.owner(), invitedBy, peer, "login", device.loginId());
            });
            return joined;
        });
    }

    private static String idOf(LoginSnapshot login) {
        return login.loginId().orElse("");
    }

    /**
     * Submits what somebody pasted, for the login that is open now. Only a complete code counts as a try. Whether the client
     * may do so is asked before anything else, and again at the end: the login may have ended, or the key been taken away,
     * during the wait. If a device was thrown out while its code was being taken, the login is cancelled.
     */
    CompletionStage<Void> submit(Grant grant, Peer peer, Secret pasted) {
        return grant.requireOpenLogin()
                .thenCompose(open -> snapshot(grant))
                .thenCompose(now -> submit(grant, now.loginId(), pasted).thenApply(taken -> {
                    grant.record(audit, Event.CODE_SUBMITTED, peer, "login", idOf(now));
                    return null;
                }));
    }

    private CompletionStage<Void> submit(Grant grant, Optional<String> loginId, Secret pasted) {
        Owner owner = grant.owner();
        return loop.bring(logins.readCode(owner, pasted))
                .thenCompose(code -> take(RateLimits.Kind.CODE, owner).thenApply(taken -> code))
                .thenCompose(code -> grant.requireOpenLogin().thenApply(open -> code))
                .thenCompose(code -> loop.bring(logins.submit(owner, loginId, code)))
                .thenCompose(taken -> {
                    boolean fromDevice = grant.bearer().isEmpty();
                    devices.codeTaken(owner, fromDevice);
                    return fromDevice && !grant.holds()
                            ? loop.bring(logins.cancel(owner)).thenApply(cancelled -> null)
                            : DONE;
                });
    }

    /**
     * Throws out the device that has joined the owner's login, and voids the open invitation.
     *
     * @return whether there was a device
     */
    public CompletionStage<Boolean> throwOutDevice(Bearer bearer, Peer peer) {
        return devices.throwOut(bearer.owner()).thenApply(thrownOut -> {
            audit.record(Event.DEVICE_THROWN_OUT, bearer, peer, "joined", thrownOut.toString());
            return thrownOut;
        });
    }

    /**
     * Ends the owner's open login.
     *
     * @return whether there was one
     */
    CompletionStage<Boolean> cancel(Bearer bearer, Peer peer) {
        return loop.bring(logins.snapshot(bearer.owner()))
                .thenCompose(now -> loop.bring(logins.cancel(bearer.owner())).thenApply(ended -> {
                    if (ended) {
                        audit.record(Event.LOGIN_CANCELLED, bearer, peer, "login", idOf(now));
                    }
                    return ended;
                }));
    }

    /** Whether the sign-in program is still being installed; logins wait for it. */
    public boolean installing() {
        return logins.installing();
    }

    /** Where the login stands, as far as the client may see it. */
    CompletionStage<LoginSnapshot> snapshot(Grant grant) {
        return loop.bring(logins.snapshot(grant.owner())).thenApply(grant::seen);
    }

    /** Where the login of the key's owner stands. */
    public CompletionStage<LoginSnapshot> snapshot(AccessKey key) {
        return loop.bring(logins.snapshot(key.owner()));
    }

    /** Calls the watcher on each change of the owner's login from now on. */
    public Subscription watch(Owner owner, Consumer<LoginSnapshot> watcher) {
        return logins.watch(owner, watcher);
    }

    void keepWarm(boolean wanted) {
        logins.keepWarm(wanted);
    }

    /** Whom a sign-in link was made for; uses the link up. Empty if it is not valid. */
    public CompletionStage<Optional<Bearer>> redeemLink(String ticket) {
        return loop.bring(links.redeem(ticket));
    }

    /** The whole state as it is now, for a client that has no connection of its own. */
    public CompletionStage<LoginMessages.Told> status(Grant grant) {
        String name = grant.bearer()
                .map(bearer -> bearer.session().orElse(bearer.key().sha256()))
                .orElse("a device, which gets no link");
        return status(grant, new Tickets.Holder(name, MOST_LINKS_WITHOUT_SOCKET));
    }

    /**
     * The whole state as it is now, with a fresh link. The login comes last, so that it is as new as can be.
     *
     * @param holder who is given the link, instead of an earlier one
     */
    CompletionStage<LoginMessages.Told> status(Grant grant, Tickets.Holder holder) {
        return grant.beside(Optional.empty(), holder)
                .thenCompose(beside -> snapshot(grant).thenApply(now -> LoginMessages.answer(now, beside)));
    }

    /** Whether {@link #status} would give the same again, and the link in it does not expire soon. */
    CompletionStage<Boolean> isCurrent(Grant grant, LoginMessages.Told told, Tickets.Holder holder) {
        LoginMessages.Beside before = told.beside();
        return snapshot(grant)
                .thenCompose(now -> now.equals(told.snapshot())
                        ? grant.beside(before.link(), holder)
                                .thenCompose(
                                        beside -> beside.at(before.now()).equals(before) ? lasts(before.link()) : NO)
                        : NO);
    }

    /** If that cannot be found out, the link is replaced like one that has expired. */
    private CompletionStage<Boolean> lasts(Optional<Secret> link) {
        return link.map(told -> loop.bring(links.lasts(told.reveal().substring(LINK.length()), LINK_LASTS))
                        .exceptionally(failure -> false))
                .orElse(CompletableFuture.completedFuture(true));
    }

    /**
     * What the bearer is told beside the login. A link or a paired device that cannot be found out in time is
     * left out: neither may keep the state of the login from the client.
     *
     * @param link the sign-in link that was told before; if there is none, a new one is made for the holder
     */
    CompletionStage<LoginMessages.Beside> beside(Bearer bearer, Optional<Secret> link, Tickets.Holder holder) {
        Owner owner = bearer.owner();
        CompletionStage<Optional<Secret>> linked = link.isPresent()
                ? CompletableFuture.completedFuture(link)
                : orNothing(owner, "sign-in link", link(bearer, holder));
        CompletionStage<Optional<Peer>> paired = orNothing(owner, "paired device", devices.with(owner));
        return linked.thenCombine(
                paired,
                (told, pairedWith) -> new LoginMessages.Beside(
                        loop.now(), whose(owner), true, credentials.seen(owner), told, pairedWith));
    }

    private static <T> CompletionStage<Optional<T>> orNothing(
            Owner owner, String what, CompletionStage<Optional<T>> answer) {
        return answer.exceptionally(failure -> {
            String why = Refusal.problemOf(failure).message();
            LOG.log(Level.WARNING, "status of {0} sent without its {1}: {2}", owner, what, why);
            return Optional.empty();
        });
    }

    /** What a device is told beside the one login that it may see. */
    LoginMessages.Beside besideNothing(Owner owner) {
        return LoginMessages.Beside.nothing(loop.now(), whose(owner));
    }

    /** Whose login it is, as clients are told. */
    LoginMessages.Whose whose(Owner owner) {
        return new LoginMessages.Whose(owner, doorkeeper.severalOwners());
    }

    /** A new sign-in link, relative to this server; none if logins are switched off, and none for a sandbox's key. */
    private CompletionStage<Optional<Secret>> link(Bearer bearer, Tickets.Holder holder) {
        return logins.enabled() && bearer.key().may(Scope.LOGIN)
                ? loop.bring(links.issue(bearer, bearer.owner(), holder))
                        .thenApply(ticket -> Optional.of(new Secret(LINK + ticket)))
                : CompletableFuture.completedFuture(Optional.empty());
    }

    /**
     * Deletes the owner's credential and tells the owner's pages. An open login goes on: it may be the reason for signing
     * out, and can be cancelled by itself.
     */
    public CompletionStage<SignedOut> signOut(Bearer bearer, Peer peer) {
        AccessKey key = bearer.key();
        Optional<String> revokeAt = credentials.status(key.owner()).map(CredentialStatus::revocationPage);
        // First, so that what a login has won before does not reach the disk after the deletion.
        return loop.bring(logins.discardUnstored(key.owner()))
                .thenCompose(discarded -> loop.bring(credentials.signOut(key.owner()), CREDENTIALS_WITHIN))
                .thenCompose(deleted -> {
                    if (deleted) {
                        audit.record(Event.SIGNED_OUT, bearer, peer);
                    }
                    return forget(key, new SignedOut(deleted, revokeAt));
                });
    }

    /**
     * The result of signing out.
     *
     * @param deleted whether there was a credential, which may have been one that could not be read
     * @param revokeAt the vendor's page on which to revoke it; empty if its kind is not known
     */
    public record SignedOut(boolean deleted, Optional<String> revokeAt) {}

    /** Keeps an API key instead of signing in, unless the service refuses it. */
    public CompletionStage<CredentialSummary> keepApiKey(Bearer bearer, Peer peer, Secret apiKey) {
        AccessKey key = bearer.key();
        return take(RateLimits.Kind.QUESTION, key.owner())
                .thenCompose(taken -> loop.bring(
                        credentials.keepPasted(key.owner(), CredentialKind.API_KEY, apiKey), CREDENTIALS_WITHIN))
                .thenCompose(kept -> {
                    audit.record(Event.API_KEY_STORED, bearer, peer, "fingerprint", kept.fingerprint());
                    return forget(key, kept);
                })
                .whenComplete((kept, failure) -> noteQuestion(bearer, peer, failure));
    }

    /**
     * Takes over a token that was made elsewhere, if the service accepts it. An open login goes on: its token will take the
     * place of this one.
     */
    public CompletionStage<CredentialSummary> takeOverToken(Bearer bearer, Peer peer, Secret token) {
        Owner owner = bearer.owner();
        return take(RateLimits.Kind.QUESTION, owner)
                .thenCompose(taken -> loop.bring(
                        credentials.takeOver(owner, CredentialKind.SIGN_IN_TOKEN, token), CREDENTIALS_WITHIN))
                .thenCompose(kept -> {
                    audit.record(Event.TOKEN_STORED, bearer, peer, "fingerprint", kept.fingerprint());
                    return forget(bearer.key(), kept);
                })
                .whenComplete((kept, failure) -> noteQuestion(bearer, peer, failure));
    }

    private void noteQuestion(Bearer bearer, Peer peer, Throwable failure) {
        if (failure != null && Refusal.problemOf(failure).reason() == Reason.OTHER_ORGANIZATION) {
            audit.record(Event.ORGANIZATION_ASKED, bearer, peer);
        }
    }

    /**
     * Takes the owner's word on the credential of another organization that waits.
     *
     * @param fingerprint of the credential that the person was asked about, if that is known
     * @return what the person was asked about; empty if none waits
     */
    public CompletionStage<Optional<CredentialSummary>> answerForOrganization(
            Bearer bearer, Peer peer, boolean accepted, Optional<String> fingerprint) {
        return loop.bring(credentials.answerForOrganization(bearer.owner(), accepted, fingerprint), CREDENTIALS_WITHIN)
                .thenCompose(asked -> {
                    Event event = accepted ? Event.ORGANIZATION_ACCEPTED : Event.ORGANIZATION_REFUSED;
                    asked.ifPresent(it -> audit.record(event, bearer, peer, "fingerprint", it.fingerprint()));
                    // A login that was accepted completes by itself.
                    return accepted || asked.isEmpty()
                            ? CompletableFuture.completedFuture(asked)
                            : forget(bearer.key(), asked);
                });
    }

    /** Holds the owner's credential back, or releases it; fails with {@code signed_out} if there is none. */
    public CompletionStage<CredentialStatus> hold(Bearer bearer, Peer peer, boolean held) {
        return loop.bring(credentials.hold(bearer.owner(), held), CREDENTIALS_WITHIN)
                .thenApply(status -> {
                    Event event = held ? Event.CREDENTIAL_HELD : Event.CREDENTIAL_RELEASED;
                    audit.record(
                            event, bearer, peer, "fingerprint", status.summary().fingerprint());
                    return status;
                });
    }

    /** Forgets how the last login ended, which is of no interest any more. */
    private <T> CompletionStage<T> forget(AccessKey key, T result) {
        return loop.bring(logins.forget(key.owner())).thenApply(forgotten -> result);
    }

    /** Asks the service about the owner's credential now; fails with {@code signed_out} if there is none. */
    public CompletionStage<CredentialStatus> validate(AccessKey key) {
        return take(RateLimits.Kind.QUESTION, key.owner())
                .thenCompose(taken -> loop.bring(credentials.validate(key.owner()), CREDENTIALS_WITHIN));
    }

    /** Sets the label of the owner's credential; fails with {@code signed_out} if there is none. */
    public CompletionStage<CredentialStatus> label(AccessKey key, String label) {
        return loop.bring(credentials.label(key.owner(), label), CREDENTIALS_WITHIN);
    }

    /** Hands the credential over to a sandbox; fails with {@code signed_out} if there is none. */
    public CompletionStage<SandboxVariables> sandboxVariables(Bearer bearer, Peer peer) {
        return loop.bring(credentials.use(bearer.owner()), CREDENTIALS_WITHIN).thenCompose(credential -> {
            if (credential.isEmpty()) {
                return CompletableFuture.failedFuture(new Refusal(Reason.SIGNED_OUT, "Nobody is signed in."));
            }
            String fingerprint = credential.get().fingerprint();
            audit.record(Event.CREDENTIAL_HANDED_OVER, bearer, peer, "fingerprint", fingerprint);
            return CompletableFuture.completedFuture(credential.get().sandboxVariables());
        });
    }

    private CompletionStage<Void> take(RateLimits.Kind kind, Owner owner) {
        return loop.bring(limits.take(kind, owner.name()));
    }
}
