package dev.authbridge.access;

import static dev.authbridge.support.Stages.now;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.core.Refusal;
import dev.authbridge.support.HandTurnedLoop;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalTicketsTest {
    private final HandTurnedLoop timers = new HandTurnedLoop();
    private final Tickets<String> tickets = new LocalTickets<>(3, timers::now);

    @Test
    void aTicketIsValidOnceAndCanBeInspectedBefore() throws Refusal {
        String ticket = now(tickets.issue("anna"));
        assertTrue(ticket.matches("[A-Za-z0-9_-]{32}"), ticket);
        assertNotEquals(ticket, now(tickets.issue("anna")));
        assertEquals(Optional.of("anna"), now(tickets.look(ticket)));
        assertEquals(Optional.of("anna"), now(tickets.redeem(ticket)));
        assertEquals(Optional.empty(), now(tickets.redeem(ticket)));
        assertEquals(Optional.empty(), now(tickets.look(ticket)));
    }

    @Test
    void aTicketIsValidForTenMinutes() throws Refusal {
        String ticket = now(tickets.issue("anna"));
        timers.turn(Duration.ofMinutes(10).minusMillis(1));
        assertEquals(Optional.of("anna"), now(tickets.look(ticket)));
        timers.turn(Duration.ofMillis(1));
        assertEquals(Optional.empty(), now(tickets.look(ticket)));
    }

    @Test
    void aTicketRenewedInTimeIsValidForTenMoreMinutes() throws Refusal {
        String other = now(tickets.issue("ben"));
        String ticket = now(tickets.issue("anna"));
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
        String ticket = now(tickets.issue("anna"));
        timers.turn(Duration.ofMinutes(8).minusMillis(1));
        assertTrue(now(tickets.lasts(ticket, Duration.ofMinutes(2))));
        timers.turn(Duration.ofMillis(1));
        assertFalse(now(tickets.lasts(ticket, Duration.ofMinutes(2))));
        assertTrue(now(tickets.lasts(ticket, Duration.ofMinutes(1))));
        now(tickets.redeem(ticket));
        assertFalse(now(tickets.lasts(ticket, Duration.ofMinutes(1))));
    }

    @Test
    void theOldestIsDroppedAtTheLimitAndUsedOnesDoNotCount() throws Refusal {
        String used = now(tickets.issue("used"));
        String oldest = now(tickets.issue("oldest"));
        now(tickets.redeem(used));
        String second = now(tickets.issue("second"));
        String third = now(tickets.issue("third"));
        assertEquals(Optional.of("oldest"), now(tickets.look(oldest)));
        String fourth = now(tickets.issue("fourth"));
        assertEquals(Optional.empty(), now(tickets.look(oldest)));
        assertEquals(Optional.of("second"), now(tickets.look(second)));
        assertEquals(Optional.of("third"), now(tickets.look(third)));
        assertEquals(Optional.of("fourth"), now(tickets.look(fourth)));
    }
}
