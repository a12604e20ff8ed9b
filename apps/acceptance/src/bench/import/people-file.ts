/** A CSV file of so many people, made while it is sent. */
export function peopleFile(people: number): ReadableStream<Uint8Array> {
  let made = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const lines = made === 0 ? ['email,email_verified,given_name,family_name,provided_id'] : [];
      for (const end = Math.min(people, made + 1000); made < end; made++)
        lines.push(`person.${made}@company${made % 50}.example,true,Given ${made},"Family, ${made}",crm-${made}`);
      controller.enqueue(new TextEncoder().encode(`${lines.join('\n')}\n`));
      if (made === people) controller.close();
    },
  });
}
