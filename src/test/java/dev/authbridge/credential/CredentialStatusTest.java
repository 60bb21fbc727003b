package dev.authbridge.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.Refusal;
import dev.authbridge.support.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CredentialStatusTest {
    private static final Instant END =
            Secrets.MADE.plus(ClaudeCredential.OAUTH_TOKEN.lifetime().orElseThrow());

    @Test
    void eachWarningIsDueOnceAndAtItsTime() throws Refusal {
        Credential credential = ClaudeCredential.token(Secrets.token(1), Secrets.MADE);
        List<String> warned = new ArrayList<>();
        for (long left = 31 * 24; left >= -48; left--) {
            Optional<Integer> due = CredentialStatus.of(credential, Optional.empty(), END.minus(Duration.ofHours(left)))
                    .dueWarning();
            if (due.isPresent()) {
                warned.add(due.get() + " with " + left + " hours left");
                credential = credential.withWarning(due.get());
            }
        }
        assertEquals(
                List.of(
                        "30 with 720 hours left",
                        "7 with 168 hours left",
                        "1 with 24 hours left",
                        "0 with 0 hours left"),
                warned);
    }

    @Test
    void anApiKeyDoesNotExpire() throws Refusal {
        Credential key = ClaudeCredential.apiKey(Secrets.apiKey(1), Secrets.MADE);
        CredentialStatus later = CredentialStatus.of(key, Optional.empty(), END.plus(Duration.ofDays(1)));
        assertEquals(Optional.empty(), later.dueWarning());
        assertEquals(Optional.empty(), later.warning());
    }
}
