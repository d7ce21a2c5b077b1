/* Exactly-once by Kafka transactions, protocol version 1 (before KIP-890): two workers, one partition, one group.
 *
 * A worker reads the input offsets 0..N-1 and writes one output record for each, in transactions that carry the next
 * offset. A request may get no definite answer; the client (librdkafka) then repeats it without a word, and the first
 * one may arrive at any later time. An EndTxn names the producer's epoch and not the transaction, so it ends whatever
 * transaction that epoch has open by then: the hole. The defence: after an indefinite answer the producer is replaced
 * before the next transaction. Names are Kafka's. README.md says what is left out, and why. */
#ifndef N
#define N 3             /* input records */
#endif
#ifndef FAULTS
#define FAULTS 3        /* in one run, of any kinds: see `faults` */
#endif
#ifndef WITHOUT
#define WITHOUT 0       /* a defence to leave out, so that it is seen what it is there for */
#endif
#ifndef ONLY
#define ONLY 0          /* one finding to look for, instead of every kind of damage */
#endif
#define with(defence) (WITHOUT != defence)

mtype = { /* Defences: */
  REPLACEMENT,          /* a new producer after an indefinite answer, before the next transaction */
  ANY_REQUEST,          /* so after every request, not only after EndTxn */
  GENERATION_CHECK,     /* the group refuses offsets from a member of an earlier generation (KIP-447) */
  REQUIRE_STABLE,       /* the committed offset is read only when no transaction is about to change it */
  VERIFICATION,         /* the group refuses offsets for a transaction that is not open (KIP-890, part 1) */
  FENCE_ON_INIT,        /* InitProducerId aborts what the id has open, and raises the epoch */
  REWIND_ON_ABORT,      /* the input of an aborted transaction is read again */
  OFFSET_AFTER_UNKNOWN, /* a commit without an answer may have happened: the committed offset tells */
  REJOIN,               /* a member of an earlier generation gives the partition up */
  EARLY_REFUSAL         /* no defence, but a quarter of the states: see raise_epoch() */
};
mtype = { /* Findings: */
  DOUBLED,              /* an output can be read twice or out of order */
  LOST,                 /* the committed offset is past an input that has no output */
  TORN,                 /* outputs are committed without their offsets, or offsets without their outputs */
  STUCK,                /* nothing goes on, and inputs are left */
  FENCED                /* no damage, but must be possible: all is output, and a late EndTxn met a later transaction */
};
mtype = { EMPTY, ONGOING, PREPARE_COMMIT, PREPARE_ABORT, COMPLETE_COMMIT, COMPLETE_ABORT }; /* of a transaction */
mtype = { InitProducerId, AddPartitionsToTxn, Produce, AddOffsetsToTxn, TxnOffsetCommit, EndTxn_commit, EndTxn_abort,
          OffsetFetch, crashes };                                                           /* what workers do */
mtype = { INIT, JOIN, FETCH, READY, BEGIN, PRODUCE, OFFSETS, COMMIT, ABORT };               /* what they do next */

typedef Transaction {   /* a transactional id at its coordinator */
  mtype state = EMPTY;  /* PREPARE_*: it is decided, but the marker has yet to settle the offsets */
  byte epoch;           /* the newest of this id; every other is fenced */
  bit has_output;       /* which partitions are in it */
  bit has_offsets;
  byte pending          /* next offset by TxnOffsetCommit, neither committed nor dropped yet; 0: none */
}
typedef Record { byte offset; bit writer; bit committed }
typedef Request { mtype name; bit sender; byte epoch; byte generation; byte offset }

Transaction txn[2];     /* by worker */
Record log[3 * N];      /* the output partition; aborted records, which nobody reads, are taken out */
byte log_end;
Request late[FAULTS];   /* requests that the client has given up and the network has not */
byte committed;         /* the group's committed offset */
byte decided;           /* and what it is once the markers are written */
byte generation = 1;
bit owner;              /* the worker that the group gives the partition */
byte faults = FAULTS;   /* left: indefinite answers, crashes, rebalances, aborts by worker or coordinator */
bit refused;            /* for FENCED */
hidden byte i, kept, seen, there, from, of_epoch, of_generation, ok; /* scratch within a step, no part of the state */

#define preparing(id) (txn[id].state == PREPARE_COMMIT || txn[id].state == PREPARE_ABORT)
#define all_before(offset) ((1 << (offset)) - 1)
#define bit_of(record) (1 << log[record].offset)

inline find(finding, it) {
  if :: (ONLY == 0 || ONLY == finding) && (it) -> printf("==> %e\n", finding); assert(false) :: else fi
}

/* The coordinator's decision: from here on the outcome is certain. The order of the log is the order in which a
 * read_committed consumer gets its records, whenever it looks. */
inline decide(id, commit) {
  if
  :: txn[id].pending -> txn[id].state = (commit -> PREPARE_COMMIT : PREPARE_ABORT)
  :: else -> txn[id].state = (commit -> COMPLETE_COMMIT : COMPLETE_ABORT)
  fi;
  printf("  coordinator: worker %d's transaction is %e, pending offset %d\n", id, txn[id].state, txn[id].pending);
  txn[id].has_output = 0; txn[id].has_offsets = 0;
  decided = (commit && txn[id].pending -> txn[id].pending : decided);
  seen = 0; there = 0; kept = 0;
  for (i : 0 .. log_end - 1) {
    if
    :: log[i].writer == id && !log[i].committed && !(commit)
    :: else ->
      log[kept].offset = log[i].offset; log[kept].writer = log[i].writer;
      log[kept].committed = log[i].committed || log[i].writer == id;
      there = there | bit_of(i);
      if :: log[kept].committed -> find(DOUBLED, seen >= bit_of(i)); seen = seen | bit_of(i) :: else fi;
      kept++
    fi
  }
  for (i : kept .. log_end - 1) { log[i].offset = 0; log[i].writer = 0; log[i].committed = 0 }
  log_end = kept;
  find(LOST, (there & all_before(decided)) != all_before(decided));
  find(TORN, seen != all_before(decided))
}

/* Requests of earlier epochs can only be refused. To forget them now or when they arrive is the same. */
inline raise_epoch(id) {
  txn[id].epoch++; printf("  coordinator: worker %d's epoch is now %d\n", id, txn[id].epoch);
  for (i : 0 .. FAULTS - 1) {
    if :: late[i].name && late[i].sender == id && with(EARLY_REFUSAL) -> vanish(i) :: else fi
  }
}
inline vanish(s) { late[s].name = 0; late[s].sender = 0; late[s].epoch = 0; late[s].generation = 0; late[s].offset = 0 }

/* The requests as the brokers execute them; `ok` is the answer. While the markers are written it would be
 * CONCURRENT_TRANSACTIONS: a living client waits and asks again, a straggler is gone. */
inline add_to_txn(id, e, of_group) { /* AddOffsetsToTxn, or AddPartitionsToTxn for the output */
  ok = e == txn[id].epoch && !preparing(id);
  if :: ok -> txn[id].state = ONGOING :: else fi;
  if :: ok && of_group -> txn[id].has_offsets = 1 :: ok && !(of_group) -> txn[id].has_output = 1 :: else fi
}
inline commit_offset(id, e, g, next) {
  ok = e == txn[id].epoch && (g == generation || !with(GENERATION_CHECK)) &&
       ((txn[id].state == ONGOING && txn[id].has_offsets) || !with(VERIFICATION));
  if :: ok -> txn[id].pending = next :: else fi
}
inline end_txn(id, e, commit) {
  ok = e == txn[id].epoch &&
       (txn[id].state == ONGOING || txn[id].state == (commit -> COMPLETE_COMMIT : COMPLETE_ABORT));
  if :: ok && txn[id].state == ONGOING -> decide(id, commit) :: else fi
}
inline arrive(s) {
  from = late[s].sender; of_epoch = late[s].epoch; of_generation = late[s].generation;
  printf("network: late %e of worker %d, epoch %d, now %d\n", late[s].name, from, of_epoch, txn[from].epoch);
  refused = refused || (ONLY == FENCED && late[s].name == EndTxn_commit && of_epoch < txn[from].epoch &&
                        txn[from].state == ONGOING);
  if
  :: late[s].name == AddPartitionsToTxn -> add_to_txn(from, of_epoch, false)
  :: late[s].name == AddOffsetsToTxn -> add_to_txn(from, of_epoch, true)
  :: late[s].name == TxnOffsetCommit -> commit_offset(from, of_epoch, of_generation, late[s].offset)
  :: late[s].name == EndTxn_commit -> end_txn(from, of_epoch, true)
  :: else -> end_txn(from, of_epoch, false)
  fi;
  vanish(s)
}

/* Parts of a worker's steps. */
inline say(what) { printf("worker %d: %e, epoch %d, next offset %d\n", w, what, epoch, position) }
inline indefinite(request) {
  say(request); printf("  no definite answer: repeats it, and the first may arrive later\n");
  faults--; i = 0; suspect = suspect || with(ANY_REQUEST) || phase == COMMIT || phase == ABORT;
  do :: late[i].name -> i++ :: else -> break od;
  late[i].name = request; late[i].sender = w; late[i].epoch = epoch;
  if :: request == TxnOffsetCommit -> late[i].generation = joined; late[i].offset = position :: else fi
}
inline initialise(next) { after = next; phase = INIT; epoch = 0; suspect = 0 }
inline rejoin() { phase = JOIN; joined = 0; last = 0; position = 0 }
inline rewind() { if :: with(REWIND_ON_ABORT) -> position = last :: else -> last = position fi }
inline replace() { printf("  refused or given up: nothing of it counts\n"); rewind(); initialise(READY) }
inline unknown() {
  printf("  it is unknown whether it is committed\n"); position = last; initialise(READY);
  if :: with(OFFSET_AFTER_UNKNOWN) -> last = 0; position = 0; after = FETCH :: else fi
}

#define begins (phase == BEGIN || (phase == READY && position < N && !(suspect && with(REPLACEMENT))))
proctype Worker(bit w) {
  mtype phase = INIT, after = JOIN; /* what INIT is followed by */
  byte epoch, joined;   /* the producer's epoch, the generation that the consumer knows */
  byte last, position;  /* committed as far as the worker knows, and the next offset to read */
  bit suspect;          /* a request of this producer had no definite answer */
end: do
  :: d_step { phase == INIT && txn[w].state == ONGOING && with(FENCE_ON_INIT) -> raise_epoch(w); decide(w, false) }
  :: d_step { phase == INIT && !preparing(w) && (txn[w].state != ONGOING || !with(FENCE_ON_INIT)) ->
      if :: with(FENCE_ON_INIT) -> raise_epoch(w); txn[w].state = EMPTY :: else fi;
      epoch = txn[w].epoch; phase = after; after = JOIN; say(InitProducerId) }
  :: d_step { (phase == JOIN || phase == FETCH || phase == READY) && suspect && with(REPLACEMENT) -> initialise(phase) }
  :: d_step { phase == JOIN && owner == w -> joined = generation; phase = FETCH }
  :: d_step { (phase == FETCH || phase == READY) && joined != generation -> rejoin() }
  :: d_step { phase == FETCH && (!with(REQUIRE_STABLE) || (txn[0].pending == 0 && txn[1].pending == 0)) ->
      last = committed; position = last; phase = READY; say(OffsetFetch) }
  :: d_step { phase == FETCH && joined == generation && txn[1 - w].pending && txn[1 - w].state == ONGOING ->
      printf("worker %d: fences worker %d, whose offsets are pending\n", w, 1 - w);
      raise_epoch(1 - w); decide(1 - w, false) }
  :: d_step { begins && !preparing(w) ->
      say(AddPartitionsToTxn); add_to_txn(w, epoch, false); if :: ok -> phase = PRODUCE :: else -> replace() fi }
  :: d_step { phase == PRODUCE && position < N ->
      say(Produce); ok = epoch == txn[w].epoch && txn[w].state == ONGOING && txn[w].has_output;
      if :: ok -> log[log_end].offset = position; log[log_end].writer = w; position++; log_end++
      :: else -> replace() fi }
  :: d_step { phase == PRODUCE && position > last && !preparing(w) ->
      say(AddOffsetsToTxn); add_to_txn(w, epoch, true); if :: ok -> phase = OFFSETS :: else -> replace() fi }
  :: d_step { phase == OFFSETS ->
      say(TxnOffsetCommit); commit_offset(w, epoch, joined, position);
      if
      :: ok -> phase = COMMIT
      :: !ok && joined != generation -> phase = ABORT /* ILLEGAL_GENERATION */
      :: else -> replace()
      fi }
  :: d_step { phase == COMMIT && !preparing(w) ->
      say(EndTxn_commit); end_txn(w, epoch, true); if :: ok -> last = position; phase = READY :: else -> unknown() fi }
  :: d_step { phase == ABORT && !preparing(w) ->
      say(EndTxn_abort); end_txn(w, epoch, false);
      if
      :: !ok -> replace()
      :: ok && joined != generation && with(REJOIN) -> rejoin()
      :: else -> rewind(); phase = READY
      fi }
  /* A client that has asked for long enough; one that aborts because it has lost the partition, or for any reason. */
  :: d_step { phase == COMMIT && suspect -> unknown() }
  :: d_step { phase == ABORT && suspect -> replace() }
  :: d_step { (phase == PRODUCE || phase == OFFSETS) && joined != generation -> phase = ABORT }
  :: d_step { (phase == PRODUCE || phase == OFFSETS) && faults -> faults--; phase = ABORT }
  /* Other faults. */
  :: d_step { faults && begins -> phase = BEGIN; indefinite(AddPartitionsToTxn) }
  :: d_step { faults && phase == PRODUCE && position > last -> indefinite(AddOffsetsToTxn) }
  :: d_step { faults && phase == OFFSETS -> indefinite(TxnOffsetCommit) }
  :: d_step { faults && phase == COMMIT -> indefinite(EndTxn_commit) }
  :: d_step { faults && phase == ABORT -> indefinite(EndTxn_abort) }
  :: d_step { faults && !(phase == INIT && after == JOIN) -> say(crashes); faults--; rejoin(); initialise(JOIN) }
  od
}

proctype Coordinator(bit id) {
end: do
  :: d_step { txn[id].state == PREPARE_COMMIT ->
      committed = txn[id].pending; txn[id].pending = 0; txn[id].state = COMPLETE_COMMIT }
  :: d_step { txn[id].state == PREPARE_ABORT -> txn[id].pending = 0; txn[id].state = COMPLETE_ABORT }
  :: d_step { faults && !preparing(id) -> /* transaction.timeout.ms, or a late or foreign InitProducerId */
      faults--; raise_epoch(id);
      if :: txn[id].state == ONGOING -> decide(id, false) :: else -> txn[id].state = EMPTY fi }
  od
}
proctype Network(byte s) {
end: do :: d_step { late[s].name -> arrive(s) } :: d_step { late[s].name -> vanish(s) } od
}
proctype Group() {
end: do
  :: d_step { faults -> faults--; generation++; owner = 1 - owner;
      printf("group: generation %d, the partition is worker %d's\n", generation, owner) }
  :: d_step { faults -> faults = 0 } /* none any more */
  od
}
init {
  atomic {
    for (i : 0 .. 1) { run Worker(i); run Coordinator(i) }
    for (i : 0 .. FAULTS - 1) { run Network(i) }
    run Group()
  }
  timeout;
  find(STUCK, committed < N);
  find(FENCED, ONLY == FENCED && refused && committed == N)
}
