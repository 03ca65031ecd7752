# A web server: its first argument is the answer to every request, on port 8080. Linux, x86-64.
# Nothing lies below it in its image, so that the image has the same digest on every machine.
#   as -o server.o server.s && ld -s -z noseparate-code --build-id=none -o server server.o
  .globl _start
_start:
  mov 16(%rsp), %r12            # argv[1], the body
  xor %r13, %r13
1: cmpb $0, (%r12,%r13)         # its length
  je 2f
  inc %r13
  jmp 1b
2: mov $13, %eax                # rt_sigaction(SIGCHLD, ignored, NULL, 8): children leave no zombies
  mov $17, %edi
  lea ignored(%rip), %rsi
  xor %edx, %edx
  mov $8, %r10d
  syscall
  mov $41, %eax                 # socket(AF_INET, SOCK_STREAM, 0)
  mov $2, %edi
  mov $1, %esi
  xor %edx, %edx
  syscall
  mov %eax, %r14d
  mov $54, %eax                 # setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, 1, 4)
  mov %r14d, %edi
  mov $1, %esi
  mov $2, %edx
  lea ignored(%rip), %r10
  mov $4, %r8d
  syscall
  mov $49, %eax                 # bind(socket, address, 16)
  mov %r14d, %edi
  lea address(%rip), %rsi
  mov $16, %edx
  syscall
  mov $50, %eax                 # listen(socket, 64)
  mov %r14d, %edi
  mov $64, %esi
  syscall
next:
  mov $43, %eax                 # accept(socket, NULL, NULL)
  mov %r14d, %edi
  xor %esi, %esi
  xor %edx, %edx
  syscall
  mov %eax, %r15d
  mov $57, %eax                 # fork(): a client that says nothing keeps nobody waiting
  syscall
  test %eax, %eax
  je answer
  mov $3, %eax                  # close(connection)
  mov %r15d, %edi
  syscall
  jmp next
answer:
  sub $4096, %rsp
  xor %eax, %eax                # read(connection, buffer, 4096)
  mov %r15d, %edi
  mov %rsp, %rsi
  mov $4096, %edx
  syscall
  mov $1, %eax                  # write(connection, head, ...)
  lea head(%rip), %rsi
  mov $(head_end - head), %edx
  syscall
  mov $1, %eax                  # write(connection, body, ...)
  mov %r12, %rsi
  mov %r13, %rdx
  syscall
  mov $60, %eax                 # exit(0)
  xor %edi, %edi
  syscall
ignored:
  .quad 1, 0, 0, 0
address:
  .short 2
  .byte 0x1f, 0x90              # 8080
  .long 0
  .quad 0
head:
  .ascii "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
head_end:
