package dev.authbridge.gateway;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.OwnerLimits;
import dev.authbridge.access.Pairings;
import dev.authbridge.access.Scope;
import dev.authbridge.access.Tickets;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.Credentials;
import dev.authbridge.credential.SandboxVariables;
import dev.authbridge.credential.SeenCredentials;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.Logins;
import dev.authbridge.protocol.ServerMessage;
import dev.authbridge.web.Client;
import dev.authbridge.web.ops.LoginMeter;
import dev.authbridge.web.ops.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What an owner can do, the same for sockets, REST and sign-in links: with limits on how often, and with every answer as
 * messages. Confined to the login loop; its futures complete there.
 */
public final class LoginDesk {
    private static final Logger LOG = System.getLogger(LoginDesk.class.getName());

    /** Each status has a link of its own, so this is for many tabs that ask often. */
    private static final int MOST_LINKS = 16_384;

    private static final String LINK = "/go/";

    /** A client whose link is good for less is given a new one. */
    private static final Duration LINK_LASTS = Duration.ofMinutes(2);

    private final Context loop;
    private final Logins logins;
    private final Credentials credentials;
    private final Pairings pairings;
    private final Loop timers;
    private final Metrics metrics;
    private final OwnerLimits limits;
    private final Tickets<AccessKey> links;
    private final Map<Owner, Subscription> meters = new HashMap<>();

    public LoginDesk(
            Context loop, Logins logins, Credentials credentials, Pairings pairings, Loop timers, Metrics metrics) {
        this.loop = loop;
        this.logins = logins;
        this.credentials = credentials;
        this.pairings = pairings;
        this.timers = timers;
        this.metrics = metrics;
        this.limits = new OwnerLimits(timers::now);
        this.links = new Tickets<>(MOST_LINKS, timers::now);
    }

    /** Starts or joins the owner's login. */
    public void start(AccessKey key, Client client) throws Refusal {
        Owner owner = key.owner();
        meters.computeIfAbsent(owner, unseen -> logins.watch(unseen, new LoginMeter(metrics, timers::now)));
        if (!logins.snapshot(owner).open()) {
            limits.start(owner);
        }
        logins.start(owner, client.initiator());
    }

    /** Starts or joins the owner's login, and invites one other device to it. */
    public Pairings.Invitation invite(AccessKey key, Client client) throws Refusal {
        limits.invite(key.owner());
        start(key, client);
        return pairings.invite(key);
    }

    /** Hands in what somebody pasted. */
    void submit(AccessKey key, Secret pasted) throws Refusal {
        AuthorizationCode code = logins.readCode(key.owner(), pasted);
        limits.submit(key.owner());
        logins.submit(key.owner(), code);
    }

    void cancel(AccessKey key) {
        logins.cancel(key.owner());
    }

    /** Whether logins still wait for the sign-in program to be installed. */
    public boolean installing() {
        return logins.installing();
    }

    public LoginSnapshot snapshot(AccessKey key) {
        return logins.snapshot(key.owner());
    }

    public Subscription watch(AccessKey key, Consumer<LoginSnapshot> watcher) {
        return logins.watch(key.owner(), watcher);
    }

    public void keepWarm(boolean wanted) {
        logins.keepWarm(wanted);
    }

    /** A fresh sign-in link, relative to this server; none where it would only say no, and none for a sandbox's key. */
    Optional<Secret> link(AccessKey key) {
        return logins.enabled() && key.may(Scope.LOGIN)
                ? Optional.of(new Secret(LINK + links.issue(key)))
                : Optional.empty();
    }

    private boolean lasts(Secret link) {
        return links.lasts(link.reveal().substring(LINK.length()), LINK_LASTS);
    }

    /** Whose sign-in link it is; it is used up with this. */
    public Optional<AccessKey> redeemLink(String ticket) {
        return links.redeem(ticket);
    }

    /** What is told beside the login to a device that may know of this login only. */
    LoginMessages.Beside besideNothing(LoginSnapshot snapshot) {
        return LoginMessages.Beside.nothing(snapshot, timers.now());
    }

    /** The state as it stands, whole. */
    public LoginMessages.Told status(AccessKey key) {
        return LoginMessages.answer(snapshot(key), beside(key));
    }

    /** Whether {@link #status} would say the same again, and the link that was told is not about to expire. */
    boolean isCurrent(AccessKey key, LoginMessages.Told told) {
        LoginMessages.Beside beside = told.beside();
        return snapshot(key).equals(told.snapshot())
                && beside(key, beside.now(), beside.link()).equals(beside)
                && beside.link().stream().allMatch(this::lasts);
    }

    /** What is to be told of a change. */
    ServerMessage change(AccessKey key, LoginSnapshot snapshot) {
        return LoginMessages.change(snapshot, beside(key));
    }

    private LoginMessages.Beside beside(AccessKey key) {
        return beside(key, timers.now(), link(key));
    }

    private LoginMessages.Beside beside(AccessKey key, Instant now, Optional<Secret> link) {
        SeenCredentials seen = credentials.seen(key.owner());
        return new LoginMessages.Beside(now, seen.kept().isPresent(), seen, link, pairings.with(key.owner()));
    }

    /**
     * Deletes the owner's credential and tells the owner's pages. A login that is open goes on: it may well be the reason
     * for signing out, and it has a cancel of its own.
     *
     * @return what came of it
     */
    public Future<SignedOut> signOut(AccessKey key) {
        Optional<String> revokeAt = credentials.status(key.owner()).map(CredentialStatus::revocationPage);
        return onLoop(credentials.signOut(key.owner())).map(deleted -> {
            logins.forget(key.owner());
            return new SignedOut(deleted, revokeAt);
        });
    }

    /**
     * What came of signing out.
     *
     * @param deleted whether there was a credential, which may have been one that could not be read
     * @param revokeAt the vendor's page on which it is to be revoked; empty where its kind is not known
     */
    public record SignedOut(boolean deleted, Optional<String> revokeAt) {}

    /** Keeps an API key instead of signing in, unless the service refuses it. */
    public Future<CredentialSummary> keepApiKey(AccessKey key, Secret apiKey) throws Refusal {
        limits.askService(key.owner());
        return onLoop(credentials.keep(key.owner(), CredentialKind.API_KEY, apiKey))
                .onSuccess(kept -> logins.forget(key.owner()));
    }

    /** Asks the service about the owner's credential now. */
    public Future<CredentialStatus> validate(AccessKey key) throws Refusal {
        limits.askService(key.owner());
        return onLoop(credentials.validate(key.owner()));
    }

    /** Names the owner's credential; fails with {@code signed_out} where there is none. */
    public Future<CredentialStatus> label(AccessKey key, String label) {
        return onLoop(credentials.label(key.owner(), label));
    }

    /** Hands the credential over to a sandbox; fails with {@code signed_out} where there is none. */
    public Future<SandboxVariables> sandboxVariables(AccessKey key, Client client) {
        return onLoop(credentials.use(key.owner())).compose(credential -> {
            if (credential.isEmpty()) {
                return Future.failedFuture(new Refusal(Reason.SIGNED_OUT, "Nobody is signed in."));
            }
            LOG.log(Level.INFO, "credential of {0} handed over to {1}", key.owner(), client.address());
            return Future.succeededFuture(credential.get().sandboxVariables());
        });
    }

    private <T> Future<T> onLoop(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, loop);
    }
}
