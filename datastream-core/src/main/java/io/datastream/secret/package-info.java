/**
 * Passwords, tokens and keys of the systems that pipelines talk to. Open {@link io.datastream.secret.SecretSource} first.
 */
@NullMarked
package io.datastream.secret;

import org.jspecify.annotations.NullMarked;
