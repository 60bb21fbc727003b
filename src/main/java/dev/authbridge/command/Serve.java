package dev.authbridge.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Starts the server. */
@Command(name = "serve", description = "Starts the server, and prints the link that opens its page.")
final class Serve implements Callable<Integer> {
    private final Callable<Integer> serve;

    Serve(Callable<Integer> serve) {
        this.serve = serve;
    }

    @Override
    public Integer call() throws Exception {
        return serve.call();
    }
}
