package io.datastream.kafka.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/** Words for what a broker refuses: who was refused, why, and what would have been right. Secrets are in none of them. */
public final class KafkaRefusals {
    private static final int DEEPEST = 16;

    private final String brokers;
    private final Caller caller;

    /**
     * Who asks the broker.
     *
     * @param words such as {@code user "alice"}
     * @param principal the user as access control lists name it; null if only the broker knows
     * @param mechanism of SASL; null without
     * @param isEncrypted whether TLS is spoken
     */
    public record Caller(
            String words,
            @Nullable String principal,
            @Nullable String mechanism,
            boolean isEncrypted) {
        /** As far as settings of a client tell. */
        public static Caller of(Map<String, ?> settings) {
            Object user = settings.get(PasswordHandler.USER);
            Object mechanism = settings.get("sasl.mechanism");
            return new Caller(
                    user == null ? "this client" : "user \"" + user + "\"",
                    user == null ? null : user.toString(),
                    mechanism == null ? null : mechanism.toString(),
                    String.valueOf(settings.get("security.protocol"))
                            .toUpperCase(Locale.ROOT)
                            .endsWith("SSL"));
        }
    }

    /** For a client of these brokers. */
    public KafkaRefusals(String brokers, Caller caller) {
        this.brokers = brokers;
        this.caller = caller;
    }

    /** Whether an error, or one of its causes, is the broker's no to who we are or to what we want. */
    public static boolean isRefusal(Throwable error) {
        return find(error, RefusedException.class) != null
                || find(error, AuthenticationException.class) != null
                || find(error, AuthorizationException.class) != null;
    }

    private static <T extends Throwable> @Nullable T find(Throwable error, Class<T> type) {
        int depth = 0;
        for (Throwable at = error; at != null && depth < DEEPEST; at = at.getCause(), depth++) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }

    /**
     * A refusal in one sentence.
     *
     * @param rights what was needed, as far as it is known; those that the error is about are named
     * @return null if it is something else
     */
    public @Nullable RefusedException explain(Throwable error, Collection<Right> rights) {
        RefusedException told = find(error, RefusedException.class);
        if (told != null) {
            return told;
        }
        AuthenticationException unknown = find(error, AuthenticationException.class);
        if (unknown != null) {
            return new RefusedException(start() + notKnown(unknown), unknown);
        }
        AuthorizationException refused = find(error, AuthorizationException.class);
        if (refused == null) {
            return null;
        }
        List<Right> about = about(refused, rights);
        return about.isEmpty()
                ? new RefusedException(
                        start() + caller.words() + " may not do this: " + refused.getMessage()
                                + " (expected: an access control list of the broker that allows it)",
                        refused)
                : lacks(isNamed(refused) ? about.size() + " rights" : "one of these rights", about, refused);
    }

    private static boolean isNamed(AuthorizationException error) {
        return !(error instanceof TopicAuthorizationException topic)
                || topic.unauthorizedTopics() != null
                        && !topic.unauthorizedTopics().isEmpty();
    }

    /** Rights that are missing, with the commands that give them. */
    public RefusedException missing(List<Right> rights, @Nullable Throwable cause) {
        return lacks(rights.size() + " rights", rights, cause);
    }

    private RefusedException lacks(String what, List<Right> rights, @Nullable Throwable cause) {
        String principal = caller.principal() == null ? "PRINCIPAL" : caller.principal();
        if (rights.size() == 1) {
            Right one = rights.get(0);
            return new RefusedException(
                    start() + caller.words() + " was refused: no " + one + " (expected: " + one.command(principal)
                            + ")",
                    cause);
        }
        StringBuilder text = new StringBuilder(start() + caller.words() + " lacks " + what + ":");
        for (Right right : rights) {
            text.append("\n  ")
                    .append(right)
                    .append(" (expected: ")
                    .append(right.command(principal))
                    .append(")");
        }
        return new RefusedException(text.toString(), cause);
    }

    /** A client could not be made at all, for instance because a key store cannot be read or no token is to be had. */
    public RefusedException notMade(Throwable error) {
        String why = root(error);
        if (why.contains("JAAS config")) {
            // it quotes what it could not read, which may be a password
            return new RefusedException(
                    start() + "no client can be made: sasl.jaas.config is not of the form that Kafka reads (expected:"
                            + " KafkaSecurity, which needs none; or MODULE required name=\"value\";)",
                    null);
        }
        return new RefusedException(start() + "no client can be made: " + why, error);
    }

    /** Why no answer came, if the broker's listener turns out to be of another kind than we take it for. */
    public @Nullable RefusedException otherListener() {
        ListenerProbe.Found found = ListenerProbe.at(brokers);
        if (found == ListenerProbe.Found.TLS && !caller.isEncrypted()) {
            return new RefusedException(
                    start() + "it speaks TLS, and was asked in plain text (expected: KafkaSecurity with TLS, or the"
                            + " port of another listener)",
                    null);
        }
        if (found == ListenerProbe.Found.NO_TLS && caller.isEncrypted()) {
            return new RefusedException(
                    start() + "it speaks no TLS, which was asked for (expected: withoutEncryption(), or the port of"
                            + " another listener)",
                    null);
        }
        return null;
    }

    private String start() {
        return "Kafka at " + brokers + ": ";
    }

    private String notKnown(AuthenticationException error) {
        if (error instanceof SslAuthenticationException) {
            return handshake(root(error));
        }
        IllegalStateException secret = find(error, IllegalStateException.class);
        if (secret != null) {
            return caller.words() + " cannot be proved: " + secret.getMessage();
        }
        if (error instanceof UnsupportedSaslMechanismException) {
            return "it does not take users by " + caller.mechanism() + ": " + error.getMessage()
                    + " (expected: one of the mechanisms it offers)";
        }
        if (error instanceof IllegalSaslStateException) {
            return caller.words() + " was refused: " + error.getMessage()
                    + " (expected: a listener that asks for users; this one does not)";
        }
        if ("OAUTHBEARER".equals(caller.mechanism())) {
            return caller.words() + " was refused: its token is not taken: " + error.getMessage()
                    + " (expected: a token that is valid, of the issuer and for the audience that the broker checks)";
        }
        return caller.words() + " was refused: password or user is wrong (expected: a user that the broker knows for "
                + caller.mechanism() + ", with its password)";
    }

    private String handshake(String root) {
        String lower = root.toLowerCase(Locale.ROOT);
        if (lower.contains("subject alternative") || lower.contains("no name matching")) {
            return "its certificate is for another host: " + root
                    + " (expected: the host name that its certificate names, or a certificate that names this host)";
        }
        if (lower.contains("certification path") || lower.contains("pkix") || lower.contains("certpath")) {
            return "its certificate is not trusted: " + root
                    + " (expected: one whose authority is trusted; withTrust or withTrustStore names others than"
                    + " those of the JVM)";
        }
        if (lower.contains("unrecognized ssl message")) {
            return "it speaks no TLS: " + root + " (expected: withoutEncryption(), or the port of another listener)";
        }
        if (lower.contains("alert")) {
            return caller.words() + " was refused in the TLS handshake: " + root
                    + " (expected: a client certificate that the broker trusts, given with withKey or withKeyStore)";
        }
        return "the TLS handshake failed: " + root + " (expected: protocol and certificates that both sides take)";
    }

    private static String root(Throwable error) {
        Throwable at = error;
        for (int depth = 0; at.getCause() != null && depth < DEEPEST; depth++) {
            at = at.getCause();
        }
        return String.valueOf(at.getMessage());
    }

    private static List<Right> about(AuthorizationException error, Collection<Right> rights) {
        if (error instanceof TopicAuthorizationException topic) {
            return of(ResourceType.TOPIC, rights, topic.unauthorizedTopics());
        }
        if (error instanceof GroupAuthorizationException group) {
            return of(ResourceType.GROUP, rights, group.groupId() == null ? Set.of() : Set.of(group.groupId()));
        }
        if (error instanceof TransactionalIdAuthorizationException) {
            return of(ResourceType.TRANSACTIONAL_ID, rights, Set.of());
        }
        if (error instanceof ClusterAuthorizationException) {
            List<Right> created = rights.stream()
                    .filter(right -> right.operation() == AclOperation.CREATE)
                    .toList();
            return created.isEmpty()
                    ? List.of(new Right(AclOperation.IDEMPOTENT_WRITE, ResourceType.CLUSTER, "kafka-cluster", false))
                    : created;
        }
        return List.of();
    }

    /** Those for resources of these names; all of the type if no name is known. */
    private static List<Right> of(ResourceType type, Collection<Right> rights, Set<String> names) {
        List<Right> found = new ArrayList<>();
        for (Right right : rights) {
            if (right.type() == type && (names == null || names.isEmpty() || names.contains(right.name()))) {
                found.add(right);
            }
        }
        return found;
    }
}
