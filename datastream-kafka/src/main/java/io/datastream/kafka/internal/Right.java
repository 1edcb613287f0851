package io.datastream.kafka.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Something that a broker must let a user do.
 *
 * @param name the resource, or how its name begins
 * @param isPrefix whether it is how the name begins
 */
public record Right(AclOperation operation, ResourceType type, String name, boolean isPrefix) {
    /** To do this with a topic. */
    public static Right topic(AclOperation operation, String name) {
        return new Right(operation, ResourceType.TOPIC, name, false);
    }

    /** To be a member of a group and to commit its positions. */
    public static Right group(String name) {
        return new Right(AclOperation.READ, ResourceType.GROUP, name, false);
    }

    /** To have transactions under ids that begin so. */
    public static Right transactions(String prefix) {
        return new Right(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, prefix, true);
    }

    /** Such as {@code Read on topic "readings"}. */
    @Override
    public String toString() {
        return word(operation.name()) + " on "
                + type.name().toLowerCase(Locale.ROOT).replace('_', ' ') + (isPrefix ? "s that begin with \"" : " \"")
                + name + "\"";
    }

    /** The command that gives it to a user. */
    String command(String principal) {
        String resource = type == ResourceType.TRANSACTIONAL_ID
                ? "--transactional-id"
                : "--" + type.name().toLowerCase(Locale.ROOT);
        return "kafka-acls --add --allow-principal " + quoted("User:" + principal) + " --operation "
                + word(operation.name()) + " " + resource + (type == ResourceType.CLUSTER ? "" : " " + quoted(name))
                + (isPrefix ? " --resource-pattern-type prefixed" : "");
    }

    private static String word(String name) {
        return Arrays.stream(name.split("_"))
                .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9._:-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
