/* An independent server: libmodbus' own mapping, one connection after another. Writes its port, then serves. */
#include <arpa/inet.h>
#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <sys/socket.h>

int main(void) {
  modbus_t *context = modbus_new_tcp("127.0.0.1", 0);
  modbus_mapping_t *map = modbus_mapping_new(64, 64, 256, 256);
  if (context == NULL || map == NULL) return 1;
  for (int index = 0; index < 256; index += 1) {
    map->tab_registers[index] = (uint16_t)(1000 + index);
    map->tab_input_registers[index] = (uint16_t)(2000 + index);
  }
  for (int index = 0; index < 64; index += 1) {
    map->tab_bits[index] = index % 3 == 0;
    map->tab_input_bits[index] = index % 5 == 0;
  }
  int server = modbus_tcp_listen(context, 1);
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  if (server < 0 || getsockname(server, (struct sockaddr *)&address, &length) != 0) return 1;
  printf("port %d\n", ntohs(address.sin_port));
  fflush(stdout);
  while (modbus_tcp_accept(context, &server) >= 0) {
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    for (;;) {
      int size = modbus_receive(context, query);
      if (size > 0) modbus_reply(context, query, size, map);
      else if (size < 0) break;
    }
    modbus_close(context);
  }
  return 0;
}
