package io.datastream.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The simulated broker's consumer group, by the classic protocol with cooperative assignment: partitions that move are
 * taken from their owner in one generation and given to the next one in another.
 */
final class SimGroup {
    private static final long SESSION = 6_000 * SimKafka.MILLI;

    private final SimKafka kafka;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private Collection<String> topics = List.of();
    private int generation;
    private int lastMember;
    private boolean isJoining;
    private boolean shuffles;

    static final class Member {
        final String id;
        final SimProcess process;

        /** What the client says that it owns. */
        Set<TopicPartition> owned = Set.of();

        /** What it shall own in this generation. */
        Set<TopicPartition> assigned = new LinkedHashSet<>();

        boolean hasJoined;

        /** Whether the client does not know the newest generation yet. */
        boolean mustSync;

        private long lastSeen;

        Member(String id, SimProcess process, long now) {
            this.id = id;
            this.process = process;
            this.lastSeen = now;
        }
    }

    /** What a client says of its membership. */
    @SuppressWarnings("removal") // Kafka has no other way to make one
    static ConsumerGroupMetadata metadata(int generation, String member) {
        return new ConsumerGroupMetadata("group", generation, member, Optional.empty());
    }

    SimGroup(SimKafka kafka) {
        this.kafka = kafka;
    }

    Member join(SimProcess process, Collection<String> subscription) {
        topics = subscription;
        Member member = new Member(process.instance + "/" + ++lastMember, process, kafka.now());
        members.put(member.id, member);
        shuffles = kafka.faults.below(5) == 0;
        prepare();
        return member;
    }

    boolean knows(Member member) {
        return members.get(member.id) == member;
    }

    boolean mustJoin(Member member) {
        return isJoining && !member.hasJoined;
    }

    int generation() {
        return generation;
    }

    /** Starts a rebalance: all members have to join anew. */
    void prepare() {
        if (!isJoining) {
            kafka.trace.add(kafka.now(), "broker", "rebalances after generation", generation);
            isJoining = true;
            members.values().forEach(member -> member.hasJoined = false);
        }
    }

    void rejoin(Member member, Set<TopicPartition> owned) {
        member.hasJoined = true;
        member.mustSync = false;
        member.owned = Set.copyOf(owned);
        completeIfAllJoined();
    }

    void leave(Member member) {
        if (members.remove(member.id, member)) {
            prepare();
            completeIfAllJoined();
        }
    }

    private void completeIfAllJoined() {
        if (!isJoining || members.isEmpty() || !members.values().stream().allMatch(member -> member.hasJoined)) {
            return;
        }
        isJoining = false;
        generation++;
        kafka.counts.rebalances++;
        assign();
        for (Member member : members.values()) {
            member.mustSync = true;
            kafka.trace.add(
                    kafka.now(),
                    "broker",
                    "generation " + generation + " gives " + member.id,
                    member.assigned.toString());
        }
    }

    /** Keeps what is owned up to a fair share, and gives away what nobody owns. */
    private void assign() {
        Map<TopicPartition, Member> owners = new HashMap<>();
        members.values().forEach(member -> member.owned.forEach(partition -> owners.put(partition, member)));
        List<TopicPartition> all = new ArrayList<>(kafka.partitionsOf(topics));
        int share = (all.size() + members.size() - 1) / members.size();
        Map<Member, List<TopicPartition>> target = new LinkedHashMap<>();
        members.values().forEach(member -> target.put(member, new ArrayList<>()));
        List<TopicPartition> rest = new ArrayList<>();
        for (TopicPartition partition : all) {
            Member owner = owners.get(partition);
            boolean stays = owner != null && target.get(owner).size() < share && !(shuffles && kafka.faults.coin());
            (stays ? target.get(owner) : rest).add(partition);
        }
        shuffles = false;
        for (TopicPartition partition : rest) {
            least(target).add(partition);
        }
        target.forEach((member, partitions) -> {
            member.assigned = new LinkedHashSet<>();
            for (TopicPartition partition : partitions) {
                Member owner = owners.get(partition);
                if (owner == null || owner == member) {
                    member.assigned.add(partition); // what another one owns has to be revoked first
                }
            }
        });
    }

    private static List<TopicPartition> least(Map<Member, List<TopicPartition>> target) {
        List<TopicPartition> least = null;
        for (List<TopicPartition> one : target.values()) {
            least = least == null || one.size() < least.size() ? one : least;
        }
        return least;
    }

    /** Evicts members that were not heard of. */
    void tick() {
        for (Member member : List.copyOf(members.values())) {
            if (member.process.isReachable()) {
                member.lastSeen = kafka.now();
            } else if (kafka.now() - member.lastSeen > SESSION) {
                kafka.trace.add(kafka.now(), "broker", "evicts", member.id);
                kafka.counts.evictions++;
                leave(member);
            }
        }
    }

    /** What the broker checks when positions are committed within a transaction. */
    @Nullable
    CommitFailedException refuse(ConsumerGroupMetadata claimed) {
        if (claimed.generationId() < 0 && claimed.memberId().isEmpty()) {
            kafka.trace.add(kafka.now(), "broker", "takes positions of no member", "");
            return null; // as Kafka does
        }
        Member member = members.get(claimed.memberId());
        if (member != null && claimed.generationId() == generation) {
            return null;
        }
        kafka.counts.fences++;
        if (member != null) {
            kafka.counts.needlessFences++;
        }
        return new CommitFailedException(claimed.memberId() + " in generation " + claimed.generationId() + " of "
                + generation + (member == null ? ", not a member" : ""));
    }
}
