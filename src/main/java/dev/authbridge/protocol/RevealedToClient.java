package dev.authbridge.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field of an outgoing record whose {@link dev.authbridge.core.Secret} is meant for the client that the record is sent
 * to, as its sign-in link. {@link MessageCodec} refuses to write any other secret.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface RevealedToClient {}
