package dev.authbridge.web;

import dev.authbridge.access.Bearer;
import dev.authbridge.access.Doorkeeper;
import dev.authbridge.access.Tickets;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.login.LoginSnapshot;
import dev.authbridge.login.LoginState;
import dev.authbridge.protocol.Answer;
import dev.authbridge.web.socket.Connections;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The page behind the sign-in link. Opening {@code /go/TICKET} uses up the ticket and starts or joins its owner's login.
 * The page then waits until the authorization URL is there, and goes to it. It waits under a second name, which is valid
 * for this wait only.
 *
 * <p>So the user's click opens the tab directly, as popup blockers demand, although the URL does not exist yet.
 *
 * <p>Confined to the event loop.
 */
final class GoRoutes {
    /** How long a poll waits for a change; shorter than what proxies and phones allow a request to take. */
    private static final Duration POLL = Duration.ofSeconds(20);

    /** There is no limit on waits but that on those of one owner. */
    private static final Tickets.Holder EACH = new Tickets.Holder("waits", Integer.MAX_VALUE);

    private final Requests requests;
    private final Doorkeeper doorkeeper;
    private final LoginDesk desk;
    private final Loop loop;
    private final Tickets<Bearer> waits;

    /** By the name of the wait. Each has one, since a poll holds a connection that is not closed to make room for others. */
    private final Map<String, Poll> polls = new HashMap<>();

    GoRoutes(Requests requests, Doorkeeper doorkeeper, LoginDesk desk, Tickets<Bearer> waits, Loop loop) {
        this.requests = requests;
        this.doorkeeper = doorkeeper;
        this.desk = desk;
        this.loop = loop;
        this.waits = waits;
    }

    void addTo(Router router) {
        // A HEAD request or a prefetch is not a click, so neither may use up the ticket.
        router.get("/go/:name").handler(this::open);
        router.head("/go/:name").handler(context -> context.fail(405));
        router.post("/go/:name").handler(this::poll);
    }

    private void open(RoutingContext context) {
        String name = context.pathParam("name");
        if (Requests.isPrefetch(context.request())) {
            context.response()
                    .setStatusCode(503)
                    .putHeader("Cache-Control", "no-store")
                    .end();
            return;
        }
        good(waits.look(name)).whenComplete((known, failure) -> {
            if (failure != null) {
                fail(context, failure);
            } else if (known.isPresent()) {
                openAgain(context, name, known.get());
            } else {
                openFirst(context, name);
            }
        });
    }

    /** The bearer, unless the key was revoked or the session has ended meanwhile. */
    private CompletionStage<Optional<Bearer>> good(CompletionStage<Optional<Bearer>> bearer) {
        return loop.bring(bearer).thenApply(found -> found.filter(doorkeeper::holds));
    }

    private void openFirst(RoutingContext context, String ticket) {
        Peer peer = requests.client(context.request()).peer();
        good(desk.redeemLink(ticket))
                .thenCompose(bearer -> bearer.isEmpty()
                        ? CompletableFuture.completedFuture(Optional.<GoPage>empty())
                        : desk.start(bearer.get(), peer)
                                .thenCompose(joined -> loop.bring(
                                        waits.issue(bearer.get(), bearer.get().owner(), EACH)))
                                .thenApply(wait -> Optional.of(waitingPage(wait, bearer.get()))))
                .whenComplete((page, failure) -> {
                    if (failure != null) {
                        fail(context, failure);
                    } else if (page.isEmpty()) {
                        GoPage.overMessage().send(context, 410);
                    } else {
                        page.get().send(context, 200);
                    }
                });
    }

    private static void fail(RoutingContext context, Throwable failure) {
        Problem problem = Refusal.problemOf(failure);
        Replies.addWait(context, problem);
        GoPage.failure(problem).send(context, 503);
    }

    /** Answers a browser without JavaScript, which polls by reloading the page. */
    private void openAgain(RoutingContext context, String wait, Bearer bearer) {
        desk.snapshot(bearer.key()).whenComplete((now, failure) -> {
            if (failure != null) {
                fail(context, failure);
            } else if (!doorkeeper.holds(bearer)) {
                GoPage.overMessage().send(context, 410);
            } else {
                openAgain(context, wait, bearer, now.state().orElse(null));
            }
        });
    }

    private void openAgain(RoutingContext context, String wait, Bearer bearer, LoginState state) {
        if (state instanceof LoginState.AwaitingCode awaiting) {
            waits.redeem(wait);
            context.response()
                    .setStatusCode(303)
                    .putHeader("Location", awaiting.url().value())
                    .putHeader("Cache-Control", "no-store")
                    .end();
        } else if (state instanceof LoginState.Starting) {
            waits.renew(wait);
            waitingPage(wait, bearer).send(context, 200);
        } else {
            waits.redeem(wait);
            GoPage page =
                    state instanceof LoginState.Failed failed ? GoPage.failure(failed.problem()) : GoPage.elsewhere();
            page.send(context, 200);
        }
    }

    private GoPage waitingPage(String wait, Bearer bearer) {
        Optional<Owner> owner = Optional.of(bearer.owner()).filter(known -> doorkeeper.severalOwners());
        return desk.installing() ? GoPage.waitingForInstallation(wait, owner) : GoPage.waiting(wait, owner);
    }

    private void poll(RoutingContext context) {
        String wait = context.pathParam("name");
        try {
            requests.requireAllowedOrigin(context.request());
        } catch (Refusal e) {
            Replies.problem(context, 403, e.problem());
            return;
        }
        good(waits.look(wait)).whenComplete((bearer, failure) -> {
            if (failure != null) {
                Replies.failure(context, failure);
            } else if (bearer.isEmpty()) {
                refuse(context);
            } else {
                Connections.knows(context.request().connection());
                new Poll(context, wait, bearer.get()).begin();
            }
        });
    }

    private static void refuse(RoutingContext context) {
        Replies.problem(context, 410, new Problem(Reason.TIMED_OUT, "This link was used already, or is too old."));
    }

    /** A request that waits until the login leaves {@code Starting}, or the same tab asks again. */
    private final class Poll {
        private final RoutingContext context;
        private final String wait;
        private final Bearer bearer;
        private Subscription watch = () -> {};
        private Loop.Timer deadline = () -> {};
        private boolean over;

        Poll(RoutingContext context, String wait, Bearer bearer) {
            this.context = context;
            this.wait = wait;
            this.bearer = bearer;
        }

        void begin() {
            Poll before = polls.put(wait, this);
            if (before != null) {
                before.end(() -> refuse(before.context));
            }
            watch = desk.watch(bearer.owner(), this::look);
            deadline = loop.after(POLL, () -> end(() -> Replies.json(context, 200, new Answer.Waiting(true))));
            context.response().closeHandler(closed -> stop());
            desk.snapshot(bearer.key()).whenComplete((now, failure) -> {
                if (failure != null) {
                    end(() -> Replies.failure(context, failure));
                } else {
                    look(now);
                }
            });
        }

        private void look(LoginSnapshot snapshot) {
            if (isOver(snapshot)) {
                end(() -> answer(context, wait, snapshot));
            } else if (!doorkeeper.holds(bearer)) {
                end(() -> {});
            } else if (!over) {
                waits.renew(wait);
            }
        }

        /** Answers once. If the bearer lost access meanwhile, the given answer is replaced by a refusal. */
        private void end(Runnable answer) {
            if (over) {
                return;
            }
            stop();
            if (doorkeeper.holds(bearer)) {
                answer.run();
            } else {
                refuse(context);
            }
        }

        private void stop() {
            over = true;
            polls.remove(wait, this);
            watch.close();
            deadline.cancel();
        }
    }

    private static boolean isOver(LoginSnapshot snapshot) {
        return !(snapshot.state().orElse(null) instanceof LoginState.Starting);
    }

    private void answer(RoutingContext context, String wait, LoginSnapshot snapshot) {
        waits.redeem(wait);
        LoginState state = snapshot.state().orElse(null);
        Replies.json(context, 200, answer(state));
    }

    private static Record answer(LoginState state) {
        if (state instanceof LoginState.AwaitingCode awaiting) {
            return new Answer.GoTo(new Secret(awaiting.url().value()));
        }
        if (state instanceof LoginState.Failed failed) {
            Problem problem = failed.problem();
            return new Answer.GoFailure(problem.reason().wireName(), problem.message());
        }
        return new Answer.Elsewhere(true);
    }
}
