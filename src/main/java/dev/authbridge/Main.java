package dev.authbridge;

/** Composition root: reads the configuration, puts the parts together and starts the server. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {}
}
