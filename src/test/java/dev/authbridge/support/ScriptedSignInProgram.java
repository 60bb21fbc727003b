package dev.authbridge.support;

import dev.authbridge.claude.signin.AuthorizationEndpoint;
import dev.authbridge.claude.signin.PastedCode;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.login.AuthorizationCode;
import dev.authbridge.login.AuthorizationUrl;
import dev.authbridge.login.SignInProgram;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A sign-in program that does what a test tells it to, and records the calls to it. May be used by any thread. */
public final class ScriptedSignInProgram implements SignInProgram {
    private final List<Program> programs = new CopyOnWriteArrayList<>();
    private final String name;
    private volatile boolean installing;
    private volatile boolean slowToEnd;

    public ScriptedSignInProgram() {
        this("scripted");
    }

    public ScriptedSignInProgram(String name) {
        this.name = name;
    }

    /** One run of the program. */
    public static final class Program implements Run {
        private final Events events;
        private final boolean slowToEnd;
        private final List<AuthorizationCode> submitted = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> gone = new CompletableFuture<>();
        private volatile boolean ended;

        private Program(Events events, boolean slowToEnd) {
            this.events = events;
            this.slowToEnd = slowToEnd;
        }

        /** Shows a URL that contains this OAuth {@code state}. */
        public AuthorizationUrl showsUrl(String state) {
            AuthorizationUrl url = AuthorizationEndpoint.parse(
                            "https://claude.com/cai/oauth/authorize?code=true&client_id=test&state=" + state)
                    .orElseThrow();
            events.urlShown(url);
            return url;
        }

        /** Shows a URL without its {@code state}, as CLI 2.1.330 does. */
        public AuthorizationUrl showsOpaqueUrl() {
            AuthorizationUrl url = AuthorizationEndpoint.parse(
                            "https://claude.ai/oauth/authorize?IjDq7-a3NaneNm761lccWmtwx8vvYXQGwoLNc0MaMk_M")
                    .orElseThrow();
            events.urlShown(url);
            return url;
        }

        public void refuses(Reason reason) {
            events.codeRefused(new Problem(reason, "The program did not take the code."));
        }

        public void startsAnew() {
            events.startedAnew();
        }

        public void showsToken(String token) {
            events.credentialWon(CredentialKind.SIGN_IN_TOKEN, new Secret(token));
        }

        public void fails(Reason reason) {
            events.failed(new Problem(reason, "The program failed."));
        }

        /** The codes that were submitted, in order. */
        public List<AuthorizationCode> submitted() {
            return List.copyOf(submitted);
        }

        public boolean ended() {
            return ended;
        }

        @Override
        public void answer(AuthorizationCode code) {
            submitted.add(code);
        }

        @Override
        public CompletionStage<Void> end() {
            ended = true;
            if (!slowToEnd) {
                goes();
            }
            return gone;
        }

        /** Lets its process end. Unless the program is slow to end, {@link #end} does that at once. */
        public void goes() {
            gone.complete(null);
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** Reads a code as the real program does. */
    @Override
    public AuthorizationCode readCode(Secret pasted) throws Refusal {
        return new PastedCode(pasted).read();
    }

    @Override
    public Run start(Events events) {
        Program program = new Program(events, slowToEnd);
        synchronized (programs) {
            programs.add(program);
            programs.notifyAll();
        }
        return program;
    }

    /** Sets whether runs started from now on end only when {@code goes} is called. */
    public void slowToEnd(boolean slow) {
        slowToEnd = slow;
    }

    /** Sets whether the program is still being installed. */
    public void installing(boolean now) {
        installing = now;
    }

    @Override
    public boolean installing() {
        return installing;
    }

    /** Forgets all runs so far, which may have to be many. */
    public void forget() {
        programs.clear();
    }

    public List<Program> programs() {
        return List.copyOf(programs);
    }

    /** The last run that was started. Waits for the first one, because a login asks the store before it starts the program. */
    public Program last() {
        started(1);
        return programs.get(programs.size() - 1);
    }

    /** All runs; waits until there are this many. */
    public List<Program> started(int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        synchronized (programs) {
            while (programs.size() < count) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(programs.size() + " programs were started, not " + count);
                }
                try {
                    programs.wait(left);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return programs();
    }
}
