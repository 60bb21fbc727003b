package dev.authbridge.login;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationCodeTest {
    private static final AuthorizationCode CODE = new AuthorizationCode("c0de#st4te", Optional.of("st4te"));

    private static AuthorizationUrl url(Optional<String> state) {
        return new AuthorizationUrl("https://sign-in.example/authorize?x=1", state);
    }

    @Test
    void aCodeAnswersTheUrlOfItsOwnState() {
        assertDoesNotThrow(() -> CODE.requireAnswerTo(url(Optional.of("st4te"))));
    }

    @Test
    void aCodeOfAnotherUrlIsStale() {
        Refusal refusal = assertThrows(Refusal.class, () -> CODE.requireAnswerTo(url(Optional.of("st4t3"))));
        assertEquals(Reason.CODE_STALE, refusal.problem().reason());
    }

    @Test
    void withoutAStateOnBothSidesThereIsNothingToCompare() {
        assertDoesNotThrow(() -> CODE.requireAnswerTo(url(Optional.empty())));
        assertDoesNotThrow(
                () -> new AuthorizationCode("c0de", Optional.empty()).requireAnswerTo(url(Optional.of("st4te"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c0de\r", "c0 de", "c0de\u001b[201~", "c0de\u007F", "c\u00F6de"})
    void nothingButPrintableAsciiCanBeTyped(String typed) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new AuthorizationCode(typed, Optional.empty()));
        assertFalse(refused.getMessage().contains("c0"));
    }

    @Test
    void twoCodesAreEqualIfTheSameIsTyped() {
        assertEquals(CODE, new AuthorizationCode("c0de#st4te", Optional.of("st4te")));
        assertNotEquals(CODE, new AuthorizationCode("c0de#st4t3", Optional.of("st4t3")));
    }

    @Test
    void itsTextFormDoesNotShowIt() {
        assertFalse(CODE.toString().contains("c0de"));
    }
}
