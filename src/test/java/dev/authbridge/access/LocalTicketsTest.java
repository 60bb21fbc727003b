package dev.authbridge.access;

import static dev.authbridge.support.Stages.now;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.support.HandTurnedLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class LocalTicketsTest {
    private final HandTurnedLoop timers = new HandTurnedLoop();
    private final Tickets<String> tickets = new LocalTickets<>(5, 3, timers::now);

    private static final Owner ANNA = new Owner("anna");
    private static final Owner BEN = new Owner("ben");
    private static final Tickets.Holder MANY = new Tickets.Holder("many", 100);

    private CompletionStage<String> issue(String what) {
        return tickets.issue(what, ANNA, MANY);
    }

    @Test
    void aTicketIsValidOnceAndCanBeInspectedBefore() throws Refusal {
        String ticket = now(issue("anna"));
        assertTrue(ticket.matches("[A-Za-z0-9_-]{32}"), ticket);
        assertNotEquals(ticket, now(issue("anna")));
        assertEquals(Optional.of("anna"), now(tickets.look(ticket)));
        assertEquals(Optional.of("anna"), now(tickets.redeem(ticket)));
        assertEquals(Optional.empty(), now(tickets.redeem(ticket)));
        assertEquals(Optional.empty(), now(tickets.look(ticket)));
    }

    @Test
    void aTicketIsValidForTenMinutes() throws Refusal {
        String ticket = now(issue("anna"));
        timers.turn(Duration.ofMinutes(10).minusMillis(1));
        assertEquals(Optional.of("anna"), now(tickets.look(ticket)));
        timers.turn(Duration.ofMillis(1));
        assertEquals(Optional.empty(), now(tickets.look(ticket)));
    }

    @Test
    void aTicketRenewedInTimeIsValidForTenMoreMinutes() throws Refusal {
        String other = now(issue("ben"));
        String ticket = now(issue("anna"));
        timers.turn(Duration.ofMinutes(9));
        tickets.renew(ticket);
        timers.turn(Duration.ofMinutes(9));
        assertEquals(Optional.of("anna"), now(tickets.look(ticket)));
        assertEquals(Optional.empty(), now(tickets.look(other)));
        tickets.renew(other);
        assertEquals(Optional.empty(), now(tickets.look(other)), "too late");
        timers.turn(Duration.ofMinutes(1));
        assertEquals(Optional.empty(), now(tickets.look(ticket)));
    }

    @Test
    void howLongATicketLastsIsKnown() throws Refusal {
        String ticket = now(issue("anna"));
        timers.turn(Duration.ofMinutes(8).minusMillis(1));
        assertTrue(now(tickets.lasts(ticket, Duration.ofMinutes(2))));
        timers.turn(Duration.ofMillis(1));
        assertFalse(now(tickets.lasts(ticket, Duration.ofMinutes(2))));
        assertTrue(now(tickets.lasts(ticket, Duration.ofMinutes(1))));
        now(tickets.redeem(ticket));
        assertFalse(now(tickets.lasts(ticket, Duration.ofMinutes(1))));
    }

    @Test
    void theOwnersOldestIsDroppedAtTheLimitAndUsedOnesDoNotCount() throws Refusal {
        String used = now(issue("used"));
        String oldest = now(issue("oldest"));
        now(tickets.redeem(used));
        String second = now(issue("second"));
        String third = now(issue("third"));
        assertEquals(Optional.of("oldest"), now(tickets.look(oldest)));
        String fourth = now(issue("fourth"));
        assertEquals(Optional.empty(), now(tickets.look(oldest)));
        assertEquals(Optional.of("second"), now(tickets.look(second)));
        assertEquals(Optional.of("third"), now(tickets.look(third)));
        assertEquals(Optional.of("fourth"), now(tickets.look(fourth)));
    }

    @Test
    void oneOwnersFloodNeverDropsTheTicketOfAnother() throws Refusal {
        String ben = now(tickets.issue("ben", BEN, MANY));
        String anna = now(issue("anna"));
        for (int turn = 0; turn < 1_000; turn++) {
            issue("flood");
            tickets.issue("socket", ANNA, new Tickets.Holder("socket " + turn, 1));
        }
        assertEquals(Optional.of("ben"), now(tickets.look(ben)));
        assertEquals(Optional.empty(), now(tickets.look(anna)));
    }

    @Test
    void whenThereAreTooManyInAllTheOwnerWithTheMostLosesTheOldest() throws Refusal {
        Owner carl = new Owner("carl");
        String ben = now(tickets.issue("ben", BEN, MANY));
        String oldest = now(issue("oldest"));
        String second = now(issue("second"));
        issue("third");
        String other = now(tickets.issue("other", BEN, MANY));
        String one = now(tickets.issue("carl", carl, MANY));
        assertEquals(Optional.empty(), now(tickets.look(oldest)));
        for (String kept : new String[] {ben, other, one, second}) {
            assertTrue(now(tickets.look(kept)).isPresent());
        }
    }

    @Test
    void aHoldersNewTicketReplacesItsOldestWhichIsValidForTenMoreSeconds() throws Refusal {
        Tickets.Holder socket = new Tickets.Holder("a socket", 1);
        Tickets.Holder rest = new Tickets.Holder("requests", 2);
        String first = now(tickets.issue("first", ANNA, socket));
        String other = now(tickets.issue("other", BEN, rest));
        String second = now(tickets.issue("second", ANNA, socket));
        assertFalse(now(tickets.lasts(first, Duration.ZERO)));
        timers.turn(Duration.ofMillis(9_999));
        assertEquals(Optional.of("first"), now(tickets.look(first)));
        String third = now(tickets.issue("third", ANNA, socket));
        timers.turn(Duration.ofMillis(1));
        assertEquals(Optional.empty(), now(tickets.redeem(first)));
        assertEquals(Optional.of("second"), now(tickets.redeem(second)), "clicked just before it was replaced");
        assertEquals(Optional.empty(), now(tickets.redeem(second)));
        assertEquals(Optional.of("third"), now(tickets.redeem(third)));
        String next = now(tickets.issue("next", BEN, rest));
        assertTrue(now(tickets.lasts(other, Duration.ZERO)) && now(tickets.lasts(next, Duration.ZERO)));
        tickets.issue("one more", BEN, rest);
        assertFalse(now(tickets.lasts(other, Duration.ZERO)));
    }

    @Test
    void aTicketIsNotValidForLongerBecauseItWasReplaced() throws Refusal {
        Tickets.Holder one = new Tickets.Holder("one socket", 1);
        Tickets.Holder other = new Tickets.Holder("another socket", 1);
        String old = now(tickets.issue("old", ANNA, one));
        timers.turn(Tickets.LIFETIME.minusSeconds(2));
        String young = now(tickets.issue("young", BEN, other));
        tickets.issue("newer", BEN, other);
        tickets.issue("newer", ANNA, one);
        timers.turn(Duration.ofSeconds(2));
        assertEquals(Optional.of("young"), now(tickets.look(young)));
        assertEquals(Optional.empty(), now(tickets.look(old)));
        assertEquals(Optional.empty(), now(tickets.redeem(old)));
    }
}
