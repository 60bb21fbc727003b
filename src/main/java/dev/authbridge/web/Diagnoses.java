package dev.authbridge.web;

import dev.authbridge.chat.Diagnosis;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.protocol.Answer;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.MessageCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Reads what CLIs on other machines have printed, to find out what is wrong with their sign-in. Nothing of it is stored.
 *
 * <p>An output may be long and hostile, so it is read on a worker, of which there is one thread for all clients. A few
 * requests may wait for it; further ones are refused. Confined to the event loop.
 */
final class Diagnoses {
    /** Together with the one that is being read. */
    static final int MOST = 8;

    private final Loop loop;
    private final Executor worker;
    private int open;

    Diagnoses(Loop loop, Executor worker) {
        this.loop = loop;
        this.worker = worker;
    }

    /**
     * What is wrong, by the field {@code output} of this JSON.
     *
     * @return fails with {@code bad_message}, {@code busy} or {@code timed_out}
     */
    CompletionStage<Record> of(byte[] json) {
        if (open >= MOST) {
            return CompletableFuture.failedFuture(
                    new Refusal(Reason.BUSY, "Too many outputs are being examined already. Try again in a moment."));
        }
        open++;
        CompletableFuture<Record> read = CompletableFuture.supplyAsync(() -> read(json), worker);
        // One that took too long to be waited for still counts until the worker is done with it.
        read.whenComplete((answer, failure) -> loop.execute(() -> open--));
        return loop.bring(read);
    }

    private static Answer.Diagnosis read(byte[] json) {
        try {
            Diagnosis diagnosis = Diagnosis.of(MessageCodec.readObject(json).text("output"));
            return new Answer.Diagnosis(
                    diagnosis.name(),
                    diagnosis.reason().map(Reason::wireName),
                    diagnosis.message(),
                    diagnosis.action(),
                    diagnosis.signInHelps());
        } catch (BadMessage e) {
            throw new CompletionException(e.refusal());
        }
    }
}
