package io.datastream.kafka;

import io.datastream.kafka.internal.KafkaRefusals;
import io.datastream.kafka.internal.RefusedException;
import io.datastream.kafka.internal.Right;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Stage;
import io.datastream.sink.TopicSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What parts of a pipeline must be allowed to do. Asked before they start, so that all that is missing is told at once;
 * what the broker does not tell is found out when it is done. To make topics is not among it: that is tried when one is
 * missing.
 */
final class Rights {
    private static final Logger LOG = LoggerFactory.getLogger(Rights.class);

    private final KafkaRefusals refusals;
    private final Topology topology;
    private final String instance;
    private final Set<Right> needed = new LinkedHashSet<>();

    Rights(KafkaSettings settings, String instance, Topology topology, List<Part> parts) {
        this.refusals = settings.refusals();
        this.instance = instance;
        this.topology = topology;
        parts.forEach(this::add);
    }

    private void add(Part part) {
        for (String topic : part.topics()) {
            need(topic, AclOperation.READ);
            Stage exchange = topology.exchange(topic);
            if (exchange != null) {
                need(topic, AclOperation.DELETE); // of records that have been used
                addWritten(exchange);
            }
            topology.sourcesOf(topic).forEach(this::addWritten);
            String changelog = topology.changelogOf(topic);
            if (changelog != null) {
                need(changelog, AclOperation.READ, AclOperation.WRITE);
            }
        }
        for (SinkNode sink : part.sinks()) {
            if (sink.sink() instanceof TopicSink<?> topic) {
                need(topic.topic(), AclOperation.WRITE);
            }
        }
        needed.add(Right.group(part.group()));
        needed.add(Right.transactions(part.group() + "-"));
    }

    private void addWritten(Stage from) {
        for (Stage target : from.targets()) {
            if (topology.isDirect(target)) {
                addWritten(target);
            } else {
                need(topology.topicOf(target), AclOperation.WRITE);
            }
        }
    }

    private void need(String topic, AclOperation... operations) {
        for (AclOperation operation : operations) {
            needed.add(Right.topic(operation, topic));
        }
    }

    Set<Right> needed() {
        return needed;
    }

    /**
     * Asks the broker.
     *
     * @return whether it told of all topics; it does not of those that are still to be made
     * @throws RefusedException if something is missing
     */
    boolean check(Admin admin, long limitMillis) {
        Map<String, KafkaFuture<TopicDescription>> topics = admin.describeTopics(
                        names(ResourceType.TOPIC), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        Map<String, KafkaFuture<ConsumerGroupDescription>> groups = admin.describeConsumerGroups(
                        names(ResourceType.GROUP),
                        new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                .describedGroups();
        Map<String, KafkaFuture<TransactionDescription>> transactions = new LinkedHashMap<>();
        for (String prefix : names(ResourceType.TRANSACTIONAL_ID)) {
            // nobody may have the id, but whether it may be asked for is told before that
            String any = prefix + instance + "-0";
            transactions.put(prefix, admin.describeTransactions(List.of(any)).description(any));
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        List<Right> missing = new ArrayList<>();
        RuntimeException first = null;
        boolean isAllTold = true;
        for (Right right : needed) {
            try {
                @Nullable
                Set<AclOperation> allowed = switch (right.type()) {
                    case TOPIC -> answer(topics.get(right.name()), end, TopicDescription::authorizedOperations);
                    case GROUP -> answer(groups.get(right.name()), end, ConsumerGroupDescription::authorizedOperations);
                    default -> answer(transactions.get(right.name()), end, any -> null);
                };
                isAllTold &= allowed != null || right.type() != ResourceType.TOPIC;
                if (allowed != null && !allowed.contains(right.operation())) {
                    missing.add(right);
                }
            } catch (AuthorizationException e) {
                missing.add(right);
                first = first == null ? e : first;
            }
        }
        if (!missing.isEmpty()) {
            throw refusals.missing(missing, first);
        }
        return isAllTold;
    }

    private List<String> names(ResourceType type) {
        return needed.stream()
                .filter(right -> right.type() == type)
                .map(Right::name)
                .distinct()
                .toList();
    }

    private interface Allowed<T> {
        @Nullable
        Set<AclOperation> of(T description);
    }

    /** What is allowed with something; null if the broker does not tell, for instance because it does not exist yet. */
    private static <T> @Nullable Set<AclOperation> answer(
            @Nullable KafkaFuture<T> asked, long end, Allowed<T> allowed) {
        if (asked == null) {
            return null;
        }
        try {
            return allowed.of(asked.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException refused) {
                throw refused;
            }
            LOG.debug("what is allowed is not told", e);
            return null;
        } catch (TimeoutException e) {
            LOG.debug("what is allowed is not told in time", e);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rights were asked for", e);
        }
    }

    /** The same error, or what it tells in one sentence if it is a refusal. */
    Throwable told(Throwable error) {
        RefusedException refused = refusals.explain(error, needed);
        return refused == null ? error : refused;
    }
}
